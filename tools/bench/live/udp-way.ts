import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import type { BrowserContext } from 'playwright-core';

/** A way for the UDP of live views that can be cut, as by a firewall or a dead link: nothing tells of it. */
export interface UdpWay {
  /** Leads all live views of pages that open from now on through it; TCP is taken away. */
  lead(context: BrowserContext): Promise<void>;
  /** From now on nothing comes through, in either direction. */
  cut(): void;
  /** Connections of before stay dead, as after an hour in which a router forgot them; new ones come through. */
  heal(): void;
  close(): void;
}

interface Relay {
  readonly near: Socket;
  /** The sockets towards the worker, by address of the browser. */
  readonly far: Map<string, Socket>;
}

/** Begins without a cut. */
export function startUdpWay(): UdpWay {
  const relays = new Map<string, Promise<number>>();
  const open: Relay[] = [];
  const dead = new Set<Socket>();
  let isCut = false;

  /** @returns the port on loopback that leads to an address of the worker. */
  function relayTo(host: string, port: number): Promise<number> {
    const near = createSocket('udp4');
    const far = new Map<string, Socket>();
    open.push({ near, far });
    near.on('message', (packet, from) => {
      if (isCut) return;
      const key = `${from.address}:${from.port}`;
      let out = far.get(key);
      if (!out) {
        out = createSocket('udp4');
        far.set(key, out);
        const socket = out;
        socket.on('error', () => {});
        socket.on('message', (answer) => {
          if (!isCut && !dead.has(socket)) near.send(answer, from.port, from.address);
        });
      }
      if (!dead.has(out)) out.send(packet, port, host);
    });
    near.on('error', () => {});
    return new Promise((resolve) =>
      near.bind(0, '127.0.0.1', () => resolve((near.address() as AddressInfo).port)),
    );
  }

  async function led(sdp: string): Promise<string> {
    const lines: string[] = [];
    for (const line of sdp.split('\r\n')) {
      const words = line.split(' ');
      const [, , protocol = '', , host = '', port = ''] = words;
      if (!line.startsWith('a=candidate:')) lines.push(line);
      else if (protocol.toLowerCase() === 'udp' && !host.includes(':')) {
        const key = `${host}:${port}`;
        const relay = relays.get(key) ?? relayTo(host, Number(port));
        relays.set(key, relay);
        lines.push(
          words
            .with(4, '127.0.0.1')
            .with(5, String(await relay))
            .join(' '),
        );
      }
    }
    return lines.join('\r\n');
  }

  return {
    async lead(context) {
      await context.exposeFunction('leadLiveUdp', led);
      await context.addInitScript(leadAnswers);
    },
    cut() {
      isCut = true;
    },
    heal() {
      for (const { far } of open) for (const socket of far.values()) dead.add(socket);
      isCut = false;
    },
    close() {
      for (const { near, far } of open)
        for (const socket of [near, ...far.values()]) socket.close();
      open.length = 0;
    },
  };
}

/** Runs in a page before its own code. */
function leadAnswers(): void {
  const lead = Reflect.get(window, 'leadLiveUdp') as (sdp: string) => Promise<string>;
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      const { type, sdp = '' } = description;
      await super.setRemoteDescription({ type, sdp: await lead(sdp) });
    }
  };
}
