import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { startWorker, type TestWorker } from '../../testing/worker.ts';
import { tellOfReviews } from './reviews.ts';
import type { EvidenceHold } from './schema.ts';

const DAY_MS = 86_400_000;
const dayIn = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
let site: Site;
let api: RunningApi;
let worker: TestWorker;
let database: Database;
let safety: { authorization: string };

beforeAll(async () => {
  site = await openSite();
  const urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
  database = openDatabase(urls.appUrl);
  worker = await startWorker(site, api);
  safety = await api.signIn('safety');
  await makeUser(database, 'purger', ['privacy:manage@all']);
});
afterAll(async () => {
  await worker?.stop();
  await database?.close();
  await api?.stop();
  await site?.stop();
});

const run = <Result>(work: Parameters<typeof database.transaction<Result>>[1]) =>
  database.transaction({ tenant: 'demo', user: null }, work);

/** A decided incident whose evidence is over its term; as its id and the digest of its picture. */
async function oldIncident(): Promise<{ incident: string; finding: string; sha256: string }> {
  const event = await worker.confirm({ actor: `p-${ulid()}` });
  const { data } = event;
  const { sha256: blurred } = await worker.blur(event);
  const list = await (await api.get(`/api/v1/incidents?finding=${data.violation}`, safety)).json();
  const [one] = (list as { items: { id: string; version: number }[] }).items;
  const decided = { decision: 'confirm', version: one?.version };
  expect((await api.post(`/api/v1/incidents/${one?.id}/verdict`, decided, safety)).status).toBe(
    200,
  );
  const sha256 = data.snapshot?.sha256 ?? '';
  const storedAt = new Date(Date.now() - 400 * DAY_MS);
  await run((tx) =>
    tx.evidence.updateMany({ where: { sha256: { in: [sha256, blurred] } }, data: { storedAt } }),
  );
  return { incident: one?.id ?? '', finding: data.violation, sha256 };
}

const hold = (incident: string, body: object, who = safety) =>
  api.post(`/api/v1/incidents/${incident}/hold`, body, who);

interface Proof {
  policy: string;
  count: number;
  held: number;
}
/** What a purge says of the evidence. */
async function purge(): Promise<Proof | undefined> {
  const officer = await api.signIn('purger');
  const answer = await api.post('/api/v1/privacy/purges', {}, officer);
  expect(answer.ok, await answer.clone().text()).toBe(true);
  const { items } = (await answer.json()) as { items: Proof[] };
  return items.find(({ policy }) => policy === 'violation-evidence');
}
const snapshot = (finding: string) => api.get(`/api/v1/violations/${finding}/snapshot`, safety);

describe('a hold on evidence', () => {
  it('keeps the evidence beyond its term; the purge leaves it and says so; lifted, it goes', async () => {
    const [kept, gone] = [await oldIncident(), await oldIncident()];
    const set = await hold(kept.incident, { reason: 'dispute 2026-17', reviewOn: dayIn(30) });
    expect(set.status).toBe(201);
    const made = (await set.json()) as EvidenceHold;
    expect(made).toMatchObject({ findings: 1, isDue: false, lifted: null });
    // The picture and its blurred rendition.
    expect(await purge()).toMatchObject({ count: 2, held: 1 });
    expect((await snapshot(kept.finding)).status).toBe(200);
    expect((await snapshot(gone.finding)).status).toBe(410);
    // Told once, and not at each run.
    expect(await purge()).toBeUndefined();
    const lifted = await api.post(
      `/api/v1/evidence-holds/${made.id}/lift`,
      { version: made.version, reason: 'the case is closed' },
      safety,
    );
    expect(await lifted.json()).toMatchObject({ lifted: { reason: 'the case is closed' } });
    expect(await purge()).toMatchObject({ count: 2, held: 0 });
    expect((await snapshot(kept.finding)).status).toBe(410);
    const auditor = await api.signIn('auditor');
    const log = await (await api.get(`/api/v1/audit?entityId=${made.id}`, auditor)).json();
    const { items } = log as { items: { action: string; reason: string | null }[] };
    expect(items.map(({ action, reason }) => `${action}: ${reason}`)).toEqual(
      expect.arrayContaining(['hold: dispute 2026-17', 'lift: the case is closed']),
    );
  });

  it('holds what leaves the incident afterwards, too', async () => {
    const one = await oldIncident();
    expect((await hold(one.incident, { reason: 'lawsuit', reviewOn: dayIn(30) })).status).toBe(201);
    // As a merge leaves it: the finding is in another incident.
    const other = await oldIncident();
    await run((tx) =>
      tx.incidentFinding.updateMany({
        where: { findingId: one.finding },
        data: { incidentId: other.incident },
      }),
    );
    await purge();
    expect((await snapshot(one.finding)).status).toBe(200);
    expect((await snapshot(other.finding)).status).toBe(410);
  });

  it('holds the incident that another one became part of, over two mergers', async () => {
    const [first, second, last] = [await oldIncident(), await oldIncident(), await oldIncident()];
    const request = { reason: 'two mergers', reviewOn: dayIn(30) };
    expect((await hold(first.incident, request)).status).toBe(201);
    await run(async (tx) => {
      for (const [from, into] of [
        [first, second],
        [second, last],
      ] as const) {
        const data = { mergedInto: into.incident };
        await tx.incident.updateMany({ where: { id: from.incident }, data });
      }
    });
    const shown = await api.get(`/api/v1/incidents/${last.incident}/hold`, safety);
    expect(await shown.json()).toMatchObject({ hold: { reason: 'two mergers' } });
    expect((await hold(last.incident, request)).status).toBe(409);
    await purge();
    expect((await snapshot(last.finding)).status).toBe(200);
  });

  it('is set once, with a reason and a day to come, by those who may', async () => {
    const { incident } = await oldIncident();
    const reviewOn = dayIn(10);
    for (const bad of [{ reviewOn }, { reason: 'x' }, { reason: 'right', reviewOn: '10 days' }]) {
      expect((await hold(incident, bad)).status).toBe(400);
    }
    for (const day of [dayIn(-1), dayIn(0), dayIn(366 * 6)]) {
      expect((await hold(incident, { reason: 'right', reviewOn: day })).status).toBe(422);
    }
    const operator = await api.signIn('operator');
    const right = { reason: 'right', reviewOn };
    expect((await hold(incident, right, operator)).status).toBe(403);
    const answers = await Promise.all([hold(incident, right), hold(incident, right)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const shown = await api.get(`/api/v1/incidents/${incident}/hold`, operator);
    expect(await shown.json()).toMatchObject({ hold: { reason: 'right', reviewOn } });
  });

  it('is due on its review date: one notice, whose link leads to it, until it is moved', async () => {
    const { incident } = await oldIncident();
    const made = (await (
      await hold(incident, { reason: 'investigation', reviewOn: dayIn(3) })
    ).json()) as EvidenceHold;
    const later = new Date(Date.now() + 4 * DAY_MS);
    const told: { link: string; to: readonly string[] }[] = [];
    const units = createUnits({
      database,
      onError: (error) => {
        throw error;
      },
    });
    const notices = {
      notify: async (_: unknown, notice: { link: string; to: readonly string[] }) => {
        told.push(notice);
      },
    };
    const tell = () =>
      tellOfReviews({ units, notices: notices as never, timeZone: 'Asia/Shanghai' }, 'demo', later);
    await tell();
    const links = () => told.map(({ link }) => link).filter((link) => link.includes(made.id));
    expect(links()).toEqual([`/evidence-holds?hold=${made.id}`]);
    expect(told[0]?.to.length).toBeGreaterThan(0);
    await tell();
    expect(links()).toHaveLength(1);
    const list = await (await api.get(`/api/v1/evidence-holds?hold=${made.id}`, safety)).json();
    expect(list).toMatchObject({ items: [{ id: made.id, of: { id: incident } }] });
    const change = { version: made.version, reviewOn: dayIn(60) };
    const move = () => api.send('safety', 'PATCH', `/evidence-holds/${made.id}`, change);
    expect((await move()).body).toMatchObject({ reviewOn: dayIn(60), version: made.version + 1 });
    expect((await move()).status).toBe(409);
  });
});
