import type { WorkerStatus } from '@anshi/contracts';
import { openSite, startApi } from './site.ts';
import { startWorker } from './worker.ts';

/** An API that follows a file of cameras, and the worker of its camera. */
export async function openCameraSite() {
  const site = await openSite();
  const api = await startApi(site, (await site.seededDatabase()).appUrl, { camerasFrom: 'file' });
  const worker = await startWorker(site, api);
  const user = await api.signIn();
  return {
    site,
    api,
    worker,
    /** Headers of an operator. */
    user,
    system: async () =>
      (await (await api.get('/api/v1/system', user)).json()) as {
        workers: WorkerStatus[];
        camerasFile: { problems: { line: number; field: string; message: string }[] };
      },
    async stop() {
      await worker.stop();
      await api.stop();
      await site.stop();
    },
  };
}
export type CameraSite = Awaited<ReturnType<typeof openCameraSite>>;
