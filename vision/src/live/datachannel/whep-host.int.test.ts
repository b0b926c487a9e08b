import { createSocket, type Socket } from 'node:dgram';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LOOPBACK_PAYLOAD_TYPE } from '../../capture/ffmpeg-command.ts';
import { offeringViewer } from '../../testing/offering-viewer.ts';
import { RtpIngest } from '../rtp-ingest.ts';
import { WhepHost } from './whep-host.ts';

/** Packets a second of the camera: one each 5 ms, as a small stream has. */
const EVERY_MS = 5;

describe('node-datachannel in a process of its own', () => {
  let ingest: RtpIngest;
  let host: WhepHost;
  let camera: Socket;
  let sending: NodeJS.Timeout;
  let sequence = 0;
  const viewers: Awaited<ReturnType<typeof offeringViewer>>[] = [];

  beforeAll(async () => {
    ingest = await RtpIngest.open(() => {});
    host = new WhepHost({
      bind: '127.0.0.1',
      ports: null,
      announced: ['203.0.113.5'],
      tcp: true,
      log: pino({ level: 'silent' }),
    });
    camera = createSocket('udp4');
    sending = setInterval(() => {
      const packet = Buffer.alloc(300, 7);
      packet[0] = 0x80;
      packet[1] = LOOPBACK_PAYLOAD_TYPE;
      packet.writeUInt16BE(++sequence & 0xffff, 2);
      packet.writeUInt32BE((sequence * 450) >>> 0, 4);
      packet.writeUInt32BE(0x1234, 8);
      camera.send(packet, ingest.port, '127.0.0.1');
    }, EVERY_MS);
  });
  afterEach(() => {
    for (const { connection } of viewers.splice(0)) connection.close();
  });
  afterAll(async () => {
    clearInterval(sending);
    camera?.close();
    await host?.close();
    ingest?.close();
  });

  /** Opens a view, and counts the packets that arrive. */
  async function watch(session: string) {
    let wake = () => {};
    const viewer = await offeringViewer(() => wake());
    viewers.push(viewer);
    const { answer, engine } = await host.open('gate', ingest, session, viewer.offer);
    expect(engine).toBe('node-datachannel');
    viewer.connection.setRemoteDescription(answer, 'answer');
    const received = async (more: number) => {
      const wanted = viewer.sequences.length + more;
      while (viewer.sequences.length < wanted)
        await new Promise<void>((resolve) => (wake = resolve));
    };
    return { ...viewer, answer, received };
  }
  const until = async (is: () => boolean) => {
    while (!is()) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  it('sends to two viewers what the worker hands over once, and announces further addresses', async () => {
    expect(host.pid).toBeUndefined();
    const [first, second] = [await watch('one'), await watch('two')];
    expect(host.pid).toBeGreaterThan(0);
    await Promise.all([first.received(20), second.received(20)]);
    expect(host.viewers).toBe(2);
    expect(ingest.receivers).toBe(1);
    expect(first.answer).toMatch(/^a=candidate:\S+ 1 UDP \d+ 127\.0\.0\.1 (\d+) typ host/m);
    const [, port] = /127\.0\.0\.1 (\d+) typ host/.exec(first.answer) ?? [];
    expect(first.answer).toContain(`203.0.113.5 ${port} typ host`);
    expect(host.end('one')).toBe(true);
    expect(host.end('one')).toBe(false);
    await second.received(20);
    expect(ingest.receivers).toBe(1);
    host.endCamera('gate');
    expect(host.viewers).toBe(0);
    expect(ingest.receivers).toBe(0);
  });

  it('ends its views where it is killed, and the next view starts another one', async () => {
    const viewer = await watch('before');
    await viewer.received(5);
    const killed = host.pid as number;
    process.kill(killed, 'SIGKILL');
    await until(() => !host.has('before'));
    expect(ingest.receivers).toBe(0);
    const next = await watch('after');
    await next.received(20);
    expect(host.pid).not.toBe(killed);
    host.end('after');
  });

  it('refuses what is no offer, and leaves nothing', async () => {
    const { offer, connection } = await offeringViewer(() => {});
    connection.close();
    const open = (text: string) => host.open('gate', ingest, 'none', text);
    await expect(open(offer.replaceAll('H264', 'VP9'))).rejects.toMatchObject({ status: 415 });
    await expect(open(offer.replaceAll(/^a=(ice|fingerprint).*\r\n/gm, ''))).rejects.toMatchObject({
      status: 400,
    });
    expect(host.has('none')).toBe(false);
    expect(ingest.receivers).toBe(0);
  });

  it('ends with the worker', async () => {
    await watch('last');
    const pid = host.pid as number;
    await host.close();
    const isGone = () => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    };
    await until(isGone);
    expect(host.viewers).toBe(0);
  });
});
