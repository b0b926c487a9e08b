import type { TestProject } from 'vitest/node';
import { type PreparedServer, startPreparedServer } from './prepared-server.ts';
import { settleSeeds } from './settle-seeds.ts';

declare module 'vitest' {
  interface ProvidedContext {
    preparedServer: PreparedServer;
  }
}

/** Before the first integration test file: starts the shared database server. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { stop, ...server } = await startPreparedServer();
  try {
    await settleSeeds(server);
  } catch (error) {
    await stop();
    throw error;
  }
  provide('preparedServer', server);
  return stop;
}
