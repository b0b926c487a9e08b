import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startWorld, type World } from './world.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Responds with the {@link SharedPlant}, which is started at the first request. */
    sharedPlant: string;
  }
}

/** Access to the plant that several test files share. */
export interface SharedPlant {
  url: string;
  /** Its broker, without a user. */
  mqttUrl: string;
  demoPassword: string;
}

/**
 * Around the end-to-end tests: one plant with the cameras and people of the demonstration, shared
 * by all files that need no video analysis. Started only when a file asks for it.
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
      ({ plant: { url, mqttUrl, demoPassword } }) =>
        response.end(JSON.stringify({ url, mqttUrl, demoPassword })),
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
