import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ViolationConfirmed } from '@anshi/contracts';
import { ulid } from 'ulid';
import type { EvidencePack, PackRequest } from '../modules/evidence-packs/schema.ts';
import type { IncidentDetail } from '../modules/incidents/schema.ts';
import { enrolEvidenceKey, makeEvidenceKey, type TestEvidenceKey } from './evidence-key.ts';
import { savePack } from './packs.ts';
import { openSite, type RunningApi, type Site, startApi, until } from './site.ts';
import { clipEvent, confirmedEvent, startWorker, type TestWorker, testFile } from './worker.ts';

/** An API with a worker that signs its evidence, for tests of packs. */
export interface PackWorld {
  site: Site;
  api: RunningApi;
  worker: TestWorker;
  /** The enrolled key of the worker. */
  key: TestEvidenceKey;
  /** A safety officer. */
  user: { authorization: string };
  /** Records a violation with its clip, signed with this key; null for none. */
  record(
    by: TestEvidenceKey | null,
    changes?: Partial<ViolationConfirmed['data']>,
  ): Promise<ViolationConfirmed>;
  incidentOf(finding: string): Promise<string>;
  detailOf(incident: string): Promise<IncidentDetail>;
  /** Makes a pack and saves it. @returns its path. */
  packOf(incident: string): Promise<string>;
  stop(): Promise<void>;
}

export async function openPackWorld(): Promise<PackWorld> {
  const site = await openSite();
  const api = await startApi(site, (await site.seededDatabase()).appUrl);
  const worker = await startWorker(site, api);
  const user = await api.signIn('safety');
  const key = makeEvidenceKey('worker-1');
  const enrolled = await enrolEvidenceKey(api, worker, key);
  if (!enrolled.ok) throw new Error(await enrolled.text());

  return {
    site,
    api,
    worker,
    key,
    user,
    async record(by, changes = {}) {
      const snapshot = testFile('image/jpeg');
      await worker.put(snapshot);
      const event = confirmedEvent('worker-1', snapshot, { actor: `p-${ulid()}`, ...changes });
      const files = { video: testFile('video/mp4', 9_000), boxes: testFile('application/json') };
      await worker.put(files.video);
      await worker.put(files.boxes);
      const clip = clipEvent(event, files);
      for (const one of [event, clip]) {
        const word = await worker.deliver(by ? by.sign(one) : one);
        if (word.result !== 'committed') throw new Error(word.reason ?? word.result);
      }
      return event;
    },
    async incidentOf(finding) {
      const list = await (await api.get(`/api/v1/incidents?finding=${finding}`, user)).json();
      return (list as { items: { id: string }[] }).items[0]?.id ?? '';
    },
    detailOf: async (id) =>
      (await (await api.get(`/api/v1/incidents/${id}`, user)).json()) as IncidentDetail,
    packOf: (id) => makePack(api, user, id, { originals: true, reason: 'for the authority' }),
    async stop() {
      await worker.stop();
      await api.stop();
      await site.stop();
    },
  };
}

/** Makes a pack of an incident as an account and saves it. @returns its path. */
export async function makePack(
  api: RunningApi,
  user: { authorization: string },
  incident: string,
  body: PackRequest,
): Promise<string> {
  const path = `/api/v1/incidents/${incident}/packs`;
  const asked = await api.post(path, body, user);
  if (asked.status !== 202) throw new Error(await asked.text());
  const { id: pack } = (await asked.json()) as EvidencePack;
  const made = await until(async () => {
    const list = await (await api.get(path, user)).json();
    const found = (list as { items: EvidencePack[] }).items.find((one) => one.id === pack);
    return found?.state === 'waiting' ? undefined : found;
  }, 'the pack is made');
  if (made.state !== 'ready') throw new Error(made.problem ?? made.state);
  return savePack(await api.get(`/api/v1/evidence-packs/${pack}/archive`, user));
}

/** With a good pack of an incident that has two findings. */
export interface GoodPackWorld extends PackWorld {
  /** Path of the pack. */
  good: string;
  findings: string[];
  incident: string;
}

export async function openGoodPackWorld(): Promise<GoodPackWorld> {
  const world = await openPackWorld();
  const { record, key, incidentOf, packOf } = world;
  const first = await record(key);
  const second = await record(key, { rule: 'running', actor: first.data.actor });
  const incident = await incidentOf(first.data.violation);
  return {
    ...world,
    good: await packOf(incident),
    findings: [first.data.violation, second.data.violation],
    incident,
  };
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Runs `evidence:verify` in a process that has no database. */
export const runVerify = (...args: string[]): Promise<{ code: number; text: string }> =>
  new Promise((resolve) => {
    const env = { PATH: process.env.PATH, DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none' };
    execFile(
      process.execPath,
      ['api/src/evidence-verify.ts', ...args],
      { cwd: root, env },
      (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), text: `${stdout}${stderr}` }),
    );
  });
