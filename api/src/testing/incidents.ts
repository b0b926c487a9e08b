import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Incident, IncidentDetail } from '../modules/incidents/schema.ts';
import { CAMERAS, openSite, startApi } from './site.ts';
import { endedEvent, startWorker, type TestWorker } from './worker.ts';

export const instantOf = (ms: number) => new Date(ms).toISOString();

/**
 * An API with cameras west and east in one hall and one upstairs, each with a worker of its own.
 *
 * @param options.ownServer a database server of its own, outside of the integration tests.
 * @param options.dashboardDir the built dashboard, where a browser is used.
 */
export async function openIncidentSite(options: { ownServer?: true; dashboardDir?: string } = {}) {
  const { ownServer, dashboardDir } = options;
  const site = await openSite(ownServer ? { ownServer } : {});
  const camerasFile = join(site.folder, 'three-cameras.yaml');
  const [head = '', one = ''] = CAMERAS.split('cameras:\n');
  const like = (id: string, name: string) =>
    one.replace('hall-west', id).replace('Hall west', name);
  const plans = head.replace(
    /( +- \{ id: hall,.*\n)/,
    (hall) => hall + hall.replace('id: hall', 'id: upper').replace('en: Hall', 'en: Upper floor'),
  );
  const upstairs = like('upstairs', 'Upstairs').replace('floorPlan: hall', 'floorPlan: upper');
  await writeFile(
    camerasFile,
    `${plans}cameras:\n${one}${like('hall-east', 'Hall east')}${upstairs}`,
  );
  const { superUrl, appUrl } = await site.seededDatabase();
  const api = await startApi(site, appUrl, { camerasFile, ...(dashboardDir && { dashboardDir }) });
  const operator = await api.signIn('operator');
  const west = await startWorker(site, api, 'worker-1', ['hall-west']);
  const east = await startWorker(site, api, 'worker-2', ['hall-east']);
  const upper = await startWorker(site, api, 'worker-3', ['upstairs']);
  const cameraOf = new Map([
    [west, 'hall-west'],
    [east, 'hall-east'],
    [upper, 'upstairs'],
  ]);

  /** Each test has an hour of its own, so that no finding meets those of others. */
  let hours = 0;
  const post = (id: string, what: string, body: object) =>
    api.post(`/api/v1/incidents/${id}/${what}`, body, operator);
  const list = async (query: string) =>
    (await (await api.get(`/api/v1/incidents?${query}`, operator)).json()) as {
      items: Incident[];
      counts?: { pending: number };
    };
  return {
    site,
    api,
    superUrl,
    operator,
    west,
    east,
    upper,
    hour: () => 3_600_000 * (Math.floor(Date.now() / 3_600_000) - 72 + hours++),

    /** A violation of a person, confirmed 2 s after its start, who stands where the path says. */
    async see(
      worker: TestWorker,
      start: number,
      name: string,
      changes: Parameters<TestWorker['confirm']>[0] & {
        at?: [number, number];
        nearest?: number | null;
        deviation?: number;
      } = {},
    ) {
      const { at = null, nearest, deviation = 0.1, ...rest } = changes;
      const confirmedAt = start + 2_000;
      // Actors of a worker have ids that do not come again.
      const actor = `${Math.floor(start / 3_600_000)}-${name}`;
      return worker.confirm({
        camera: cameraOf.get(worker) as string,
        startedAt: instantOf(start),
        confirmedAt: instantOf(confirmedAt),
        subject: 'person',
        actor,
        tracks: [actor],
        path: at
          ? Array.from({ length: 11 }, (_, n) => ({
              at: instantOf(confirmedAt - 5_000 + 500 * n),
              floor: at,
              deviation,
              ...(nearest !== undefined && { nearest }),
            }))
          : [],
        ...rest,
      });
    },
    end: (worker: TestWorker, event: Parameters<typeof endedEvent>[0], at: number) =>
      worker.deliver(endedEvent(event, instantOf(at))),

    list,
    detailOf: async (id: string) =>
      (await (await api.get(`/api/v1/incidents/${id}`, operator)).json()) as IncidentDetail,
    async incidentOf(finding: string) {
      const [found] = (await list(`finding=${finding}`)).items;
      if (!found) throw new Error(`the finding ${finding} is in no incident`);
      return found;
    },
    post,
    async done(answer: Promise<Response>): Promise<IncidentDetail> {
      const response = await answer;
      expect(response.status, await response.clone().text()).toBe(200);
      return (await response.json()) as IncidentDetail;
    },
    async stop() {
      for (const worker of [west, east, upper]) await worker.stop();
      await api.stop();
      await site.stop();
    },
  };
}
export type IncidentSite = Awaited<ReturnType<typeof openIncidentSite>>;

export const idsOf = (incident: IncidentDetail) =>
  incident.members.map(({ violation }) => violation.id);
