import { connect, createServer, type Socket } from 'node:net';

/** A TCP connection to something, that a test cuts as a network is cut. */
export interface CutProxy {
  readonly port: number;
  /** How many connections are open. */
  readonly open: number;
  /** Ends all connections and takes none. */
  cut(): void;
  /** Passes nothing on, over connections that stay open. */
  silence(): void;
  mend(): void;
  close(): Promise<void>;
}

/** @param port of 127.0.0.1, to which it leads. */
export async function openCutProxy(port: number): Promise<CutProxy> {
  const sockets = new Set<Socket>();
  let state: 'well' | 'cut' | 'silent' = 'well';
  const server = createServer((inside) => {
    if (state === 'cut') {
      inside.resetAndDestroy();
      return;
    }
    const outside = connect({ host: '127.0.0.1', port });
    for (const [from, to] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('data', (chunk) => {
        if (state !== 'silent') to.write(chunk);
      });
      from.once('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const drop = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    get open() {
      return sockets.size / 2;
    },
    cut() {
      state = 'cut';
      drop();
    },
    silence() {
      state = 'silent';
    },
    mend() {
      // What was swallowed is missing in these.
      if (state === 'silent') drop();
      state = 'well';
    },
    async close() {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
