import { createServer, type Server } from 'node:net';
import type { Mount } from '../mounts/mount.ts';
import { Connection } from './connection.ts';
import { UdpPorts } from './udp.ts';

export interface RtspServerOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  find(name: string): Mount | undefined;
  timeoutSeconds?: number;
}

/** An RTSP 1.0 server that plays the mounts of `find`, by TCP or UDP. */
export class RtspServer {
  readonly port: number;
  readonly #server: Server;
  readonly #udp: UdpPorts;
  readonly #connections: Set<Connection>;
  readonly #sweep: NodeJS.Timeout;

  /** @throws Error that names host and port where they are unavailable. */
  static async listen(options: RtspServerOptions): Promise<RtspServer> {
    const { host, port, find, timeoutSeconds = 60 } = options;
    const connections = new Set<Connection>();
    const udp = await UdpPorts.open(host, (address, from) => {
      for (const connection of connections) connection.noteReport(address, from);
    });
    const server = createServer((socket) => {
      const connection = new Connection(socket, { find, udp, timeoutSeconds });
      connections.add(connection);
      socket.once('close', () => connections.delete(connection));
    });
    try {
      await listen(server, host, port);
    } catch (error) {
      udp.close();
      throw error;
    }
    const sweep = setInterval(
      () => {
        for (const connection of connections) connection.closeIfSilent();
      },
      Math.min(5, timeoutSeconds / 2) * 1000,
    );
    return new RtspServer(server, udp, connections, sweep);
  }

  constructor(server: Server, udp: UdpPorts, connections: Set<Connection>, sweep: NodeJS.Timeout) {
    this.#server = server;
    this.#udp = udp;
    this.#connections = connections;
    this.#sweep = sweep;
    const address = server.address();
    this.port = typeof address === 'object' && address ? address.port : 0;
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    for (const connection of this.#connections) connection.close();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#udp.close();
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new Error(`RTSP cannot listen on ${host}:${port}: ${error.message}`, { cause: error }),
      ),
    );
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}
