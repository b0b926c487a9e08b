import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startWorld, type World } from './world.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers with the shared plant's {@link SharedPlant}, which it starts when it is first asked. */
    sharedPlant: string;
  }
}

/** How a file reaches the plant that several files share. */
export interface SharedPlant {
  url: string;
  demoPassword: string;
}

/**
 * Around the end-to-end tests: one plant with the cameras and people of the demonstration, for all
 * files that need no camera to be seen. Where no file of the run asks for it, none is started.
 */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<World> | undefined;
  const start = () =>
    startWorld(
      { file: resolve(import.meta.dirname, '../../cameras.yaml') },
      { parts: ['database', 'broker', 'api'] },
    );
  const server = createServer((_request, response) => {
    starting ??= start();
    starting.then(
      ({ plant: { url, demoPassword } }) => response.end(JSON.stringify({ url, demoPassword })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  provide('sharedPlant', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.close();
    await (await starting?.catch(() => undefined))?.end();
  };
}
