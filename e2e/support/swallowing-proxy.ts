import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server on which bytes can get lost, as behind a dead link or while a computer sleeps. */
export interface SwallowingProxy {
  /** `http://127.0.0.1:<port>` */
  url: string;
  /** From now on nothing comes through, in either direction: no error, and no connection ends. */
  swallow(): void;
  /** New connections come through again; those of before end. */
  heal(): void;
  close(): Promise<void>;
}

/** @param target the address of the server. */
export async function startSwallowingProxy(target: string): Promise<SwallowingProxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<{ near: Socket; far: Socket; isCut: boolean }>();
  let isDead = false;
  const server = createServer((near) => {
    const pair = { near, far: connect(Number(port), hostname), isCut: isDead };
    pairs.add(pair);
    const { far } = pair;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => {
        if (!pair.isCut) to.write(bytes);
      });
      from.on('error', () => {});
      from.on('close', () => {
        if (pair.isCut) return;
        to.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const end = (): void => {
    for (const { near, far } of pairs) {
      near.destroy();
      far.destroy();
    }
    pairs.clear();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    swallow() {
      isDead = true;
      for (const pair of pairs) pair.isCut = true;
    },
    heal() {
      isDead = false;
      end();
    },
    close: () =>
      new Promise((resolve) => {
        end();
        server.close(() => resolve());
      }),
  };
}
