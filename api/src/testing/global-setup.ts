import type { TestProject } from 'vitest/node';
import { type PreparedServer, startPreparedServer } from './prepared-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    preparedServer: PreparedServer;
  }
}

/** Before the first file of the integration tests: the database server that all of them share. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { stop, ...server } = await startPreparedServer();
  provide('preparedServer', server);
  return stop;
}
