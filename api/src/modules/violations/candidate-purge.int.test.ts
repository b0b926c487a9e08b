import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase, type Transaction } from '../../platform/db/database.ts';
import { openIncidentSite } from '../../testing/incidents.ts';
import { confirmedAs, handleOn, oneOf } from '../../testing/named-people.ts';
import { makeUser } from '../../testing/users.ts';
import type { IncidentDetail } from '../incidents/schema.ts';
import { candidatePurger } from './candidate-purge.ts';
import { facts } from './facts.ts';
import type { Violation } from './schema.ts';

let world: Awaited<ReturnType<typeof openIncidentSite>>;
let database: Database;
beforeAll(async () => {
  world = await openIncidentSite();
  database = openDatabase(world.api.settings.databaseUrl);
  await makeUser(database, 'own-judge', ['violation:read@all', 'violation:review@all'], {
    employeeNo: 'E008',
  });
  await makeUser(database, 'office', ['privacy:manage@all']);
});
afterAll(async () => {
  await database?.close();
  await world?.stop();
});

const run = <T>(work: (tx: Transaction) => Promise<T>) =>
  database.transaction({ tenant: 'demo', user: null }, work);
const read = async (id: string) =>
  (await world.api.send<Violation>('operator', 'GET', `/violations/${id}`)).body;
async function decide(finding: string, body: object, user = 'operator') {
  const { id } = await world.incidentOf(finding);
  const { body: act } = await world.api.send<IncidentDetail>('operator', 'GET', `/incidents/${id}`);
  const path = `/incidents/${id}/verdict`;
  return world.api.send<{ code?: string }>(user, 'POST', path, { version: act.version, ...body });
}
/** Sets when violations were recorded and judged back by days. */
const age = (ids: readonly string[], days: number) =>
  run(
    (tx) => tx.$executeRaw`
    UPDATE violation SET recorded_at = recorded_at - ${days} * interval '1 day',
      reviewed_at = reviewed_at - ${days} * interval '1 day'
    WHERE id = ANY (${[...ids]}::text[])`,
  );
const ownData = async (person: string) => {
  const show = await run((tx) => facts.ownData!.show!(tx, { person, user: '' }));
  const export_ = await run((tx) => facts.ownData!.export!(tx, { person, user: '' }));
  return {
    counts: show.counts,
    list: export_.violationCandidacies as { id: string; verdict: string }[],
  };
};

it('[SEC-10] names of what was dismissed or never reviewed are in the own data, and go at the end of their term; confirmed ones stay', async () => {
  const start = world.hour();
  const a = await handleOn(database, 'E006', start);
  const b = await handleOn(database, 'E008', start);
  const see = (minutes: number, identity: Parameters<typeof world.see>[3]) =>
    world.see(world.west, start + minutes * 300_000, `n${minutes}`, identity);
  const confirmed = await see(0, { identity: confirmedAs(a.handle, b.handle) });
  const dismissed = await see(1, { identity: confirmedAs(a.handle, b.handle) });
  const waiting = await see(2, { identity: oneOf(a.handle, b.handle) });
  const fresh = await see(3, { identity: confirmedAs(a.handle) });
  expect((await decide(confirmed.id, { decision: 'confirm' })).status).toBe(200);
  const dismissal = { decision: 'dismiss', reason: 'allowed-work' };
  expect((await decide(dismissed.id, dismissal)).status).toBe(200);

  const told = await ownData(a.person);
  expect(told.counts).toMatchObject({ violationsOfRecord: 1, violationCandidacies: 3 });
  expect(told.list.map(({ id, verdict }) => [id, verdict]).sort()).toEqual(
    [
      [dismissed.id, 'dismissed'],
      [waiting.id, 'pending'],
      [fresh.id, 'pending'],
    ].sort(),
  );
  expect((await ownData(b.person)).counts).toMatchObject({ violationCandidacies: 3 });

  await age([confirmed.id, dismissed.id, waiting.id], 91);
  const { body } = await world.api.send<{ items: { policy: string; count: number }[] }>(
    'office',
    'POST',
    '/privacy/purges',
  );
  expect(body.items.find(({ policy }) => policy === candidatePurger.policy)).toMatchObject({
    count: 2,
  });
  for (const { id } of [dismissed, waiting]) {
    const { identity } = await read(id);
    expect(identity).toMatchObject({ state: 'ambiguous', person: null, candidates: [] });
    expect(identity?.reasons[0]?.en).toContain('end of their term');
  }
  expect((await read(confirmed.id)).identity?.person?.id).toBe(a.person);
  expect((await read(fresh.id)).identity?.person?.id).toBe(a.person);
  expect((await ownData(a.person)).list.map(({ id }) => id)).toEqual([fresh.id]);
  const [rows] = await run(
    (tx) => tx.$queryRaw<{ text: string }[]>`
      SELECT string_agg(v::text, ' ') AS text FROM violation v
      WHERE v.id = ANY (${[dismissed.id, waiting.id]}::text[])`,
  );
  for (const secret of [a.person, b.person, a.handle, b.handle]) {
    expect(rows?.text).not.toContain(secret);
  }
  // Who may have been it does not judge it now either.
  expect((await decide(waiting.id, dismissal, 'own-judge')).body.code).toBe('violation.own-case');
});

it('names of what is held as evidence, or was opened again, do not go', async () => {
  const start = world.hour();
  const a = await handleOn(database, 'E006', start);
  const see = (minutes: number) =>
    world.see(world.west, start + minutes * 300_000, `h${minutes}`, {
      identity: confirmedAs(a.handle),
    });
  const [held, again] = [await see(0), await see(1)];
  const { id: incident } = await world.incidentOf(held.id);
  const reviewOn = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const hold = { reason: 'the authority asks for it', reviewOn };
  const path = `/incidents/${incident}/hold`;
  expect((await world.api.send('safety.head', 'POST', path, hold)).status).toBe(201);
  expect((await decide(again.id, { decision: 'confirm' })).status).toBe(200);
  expect((await decide(again.id, { decision: 'reopen' })).status).toBe(200);
  await age([held.id, again.id], 91);
  const { body } = await world.api.send<{
    items: { policy: string; count: number; held?: number }[];
  }>('office', 'POST', '/privacy/purges');
  const purge = body.items.find(({ policy }) => policy === candidatePurger.policy);
  expect(purge?.count ?? 0).toBe(0);
  expect(await run((tx) => candidatePurger.held!(tx, new Date(Date.now() - 90 * 86_400_000)))).toBe(
    1,
  );
  for (const { id } of [held, again]) {
    expect((await read(id)).identity?.person?.id).toBe(a.person);
  }
});
