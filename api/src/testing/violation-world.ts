import type { Violation } from '../modules/violations/schema.ts';
import { openSite, startApi } from './site.ts';
import { startWorker } from './worker.ts';

/** A page of the list of violations. */
interface Page {
  items: Violation[];
  next: string | null;
  counts?: { pending: number };
}

/** An API with a worker that confirms violations, and people who review them. */
export async function openViolationWorld() {
  const site = await openSite();
  const { appUrl, superUrl } = await site.seededDatabase();
  const api = await startApi(site, appUrl);
  const worker = await startWorker(site, api);
  const operator = await api.signIn('operator');
  const officer = await api.signIn('safety');
  return {
    api,
    worker,
    superUrl,
    operator,
    officer,
    read: async (id: string) =>
      (await (await api.get(`/api/v1/violations/${id}`, operator)).json()) as Violation,
    list: async (query: string) =>
      (await (await api.get(`/api/v1/violations?${query}`, operator)).json()) as Page,
    decide: (id: string, body: object, who = operator) =>
      api.post(`/api/v1/violations/${id}/verdict`, body, who),
    async stop() {
      await worker.stop();
      await api.stop();
      await site.stop();
    },
  };
}
export type ViolationWorld = Awaited<ReturnType<typeof openViolationWorld>>;
