import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { openIncidentSite } from '../../testing/incidents.ts';
import { confirmedAs, handleOn, oneOf } from '../../testing/named-people.ts';
import { makeUser } from '../../testing/users.ts';
import { violationsInForce } from '../safety-file/rows.ts';
import type { EntryPage } from '../safety-file/schema.ts';
import type { Violation } from '../violations/schema.ts';
import type { Correction, Preview } from './schema.ts';

let world: Awaited<ReturnType<typeof openIncidentSite>>;
let database: Database;
let sql: pg.Client;

beforeAll(async () => {
  world = await openIncidentSite();
  database = openDatabase(world.api.settings.databaseUrl);
  sql = new pg.Client({ connectionString: world.superUrl });
  await sql.connect();
  const judge = ['violation:read@all', 'violation:review@all'] as const;
  await makeUser(database, 'judge', [...judge]);
  await makeUser(database, 'corrector', ['badge:correct@all', 'violation:read@all']);
  await makeUser(database, 'wrongly', ['badge:correct@all'], { employeeNo: 'E006' });
  await makeUser(database, 'rightly', [...judge, 'badge:correct@all'], { employeeNo: 'E011' });
});
afterAll(async () => {
  await sql?.end();
  await database?.close();
  await world?.stop();
});

const send = <Body>(user: string, method: 'GET' | 'POST', path: string, body?: object) =>
  world.api.send<Body & { code?: string }>(user, method, path, body);
const personOf = async (id: string) =>
  (await send<Violation>('judge', 'GET', `/violations/${id}`)).body.identity?.person?.id ?? null;
async function decide(finding: string, body: object, user = 'judge') {
  const { id, version } = await world.incidentOf(finding);
  return send(user, 'POST', `/incidents/${id}/verdict`, { version, ...body });
}
const countOf = (person: string) =>
  database.transaction(
    { tenant: 'demo', user: null },
    async (tx) => (await violationsInForce(tx, [person])).length,
  );
const statesOf = async (person: string, violation: string) =>
  (await send<EntryPage>('judge', 'GET', `/persons/${person}/safety-file`)).body.items
    .filter((one) => one.violation === violation)
    .map(({ state }) => state);
const toldOf = async (user: string, kind: string) =>
  (await send<{ items: { kind: string }[] }>(user, 'GET', '/notices')).body.items.filter(
    (one) => one.kind === kind,
  ).length;
/** The binding behind a handle, with its badge. */
async function bindingOf(handle: string): Promise<{ id: string; badge: string }> {
  const { rows } = await sql.query(
    'SELECT b.id, b.badge FROM badge b JOIN badge_handle h ON h.badge_id = b.id WHERE h.handle = $1',
    [handle],
  );
  return rows[0];
}
const asking = (binding: string, person: string, more: object = {}) => ({
  binding,
  person,
  from: null,
  to: null,
  ...more,
});
async function corrected(asked: object, user = 'corrector') {
  const seen = await send<Preview>(user, 'POST', '/badge-corrections/preview', asked);
  expect(seen.status, JSON.stringify(seen.body)).toBe(200);
  const { digest } = seen.body;
  const body = { ...asked, reason: 'Mixed up at the desk', digest };
  return {
    seen: seen.body,
    done: await send<Correction>(user, 'POST', '/badge-corrections', body),
  };
}

/** A badge of E006 that names that person in a confirmed and a pending violation; E011 agreed to be named, too. */
async function scene() {
  const start = world.hour();
  const wrong = await handleOn(database, 'E006', start);
  const right = await handleOn(database, 'E011', start);
  const see = (after: number, name: string, identity = confirmedAs(wrong.handle)) =>
    world.see(world.west, start + after, name, { identity });
  const confirmed = await see(0, 'a');
  expect((await decide(confirmed.id, { decision: 'confirm' })).status).toBe(200);
  const pending = await see(120_000, 'b');
  const binding = await bindingOf(wrong.handle);
  return { start, wrong, right, see, confirmed, pending, binding };
}

describe('a correction of who wore a badge', () => {
  it('shows what moves, moves it in one unit, tells both, and moves back', async () => {
    const { start, wrong, right, see, confirmed, pending, binding } = await scene();
    const other = await handleOn(database, 'E008', start);
    const chosen = await see(240_000, 'c', oneOf(other.handle, wrong.handle));
    const candidate = { finding: chosen.id, handle: wrong.handle, reason: 'Told me so' };
    expect((await decide(chosen.id, { decision: 'confirm', candidate })).status).toBe(200);
    const stale = await world.incidentOf(pending.id);
    const [before, after] = [await countOf(wrong.person), await countOf(right.person)];
    const told = [
      await toldOf('wrongly', 'safety-entry.changed'),
      await toldOf('rightly', 'safety-entry.written'),
    ];

    const { seen, done } = await corrected(asking(binding.id, right.person));
    expect(seen.items.map(({ violation, what, why }) => [violation, what, why])).toEqual([
      [confirmed.id, 'moves', null],
      [pending.id, 'moves', null],
      [chosen.id, 'check', 'chosen'],
    ]);
    expect(done.status, JSON.stringify(done.body)).toBe(201);
    expect(await personOf(confirmed.id)).toBe(right.person);
    expect(await personOf(pending.id)).toBe(right.person);
    expect(await personOf(chosen.id)).toBe(wrong.person);
    expect(await statesOf(wrong.person, confirmed.id)).toEqual(['moved']);
    expect(await statesOf(right.person, confirmed.id)).toEqual(['in-force']);
    // One entry left the file, and that of the chosen name stayed.
    expect([await countOf(wrong.person), await countOf(right.person)]).toEqual([
      before - 1,
      after + 1,
    ]);
    expect([
      await toldOf('wrongly', 'safety-entry.changed'),
      await toldOf('rightly', 'safety-entry.written'),
    ]).toEqual([told[0]! + 1, told[1]! + 1]);
    // A verdict on what was seen before is a conflict.
    const late = { decision: 'confirm', version: stale.version };
    expect((await send('judge', 'POST', `/incidents/${stale.id}/verdict`, late)).status).toBe(409);
    // What the worker says later of this handle is of the right person.
    const later = await see(360_000, 'd');
    expect(await personOf(later.id)).toBe(right.person);

    const undone = await send<Correction>(
      'corrector',
      'POST',
      `/badge-corrections/${done.body.id}/undo`,
      { reason: 'It was right at first' },
    );
    expect(undone.status, JSON.stringify(undone.body)).toBe(200);
    expect(undone.body.notMovedBack).toEqual([]);
    expect(await personOf(confirmed.id)).toBe(wrong.person);
    expect(await personOf(pending.id)).toBe(wrong.person);
    expect(await statesOf(wrong.person, confirmed.id)).toEqual(['in-force']);
    expect(await statesOf(right.person, confirmed.id)).toEqual(['moved']);
    expect([await countOf(wrong.person), await countOf(right.person)]).toEqual([before, after]);
    const twice = await send('corrector', 'POST', `/badge-corrections/${done.body.id}/undo`, {
      reason: 'once more',
    });
    expect([twice.status, twice.body.code]).toEqual([409, 'badge-correction.undone']);
  });

  it('of a stretch moves that stretch alone, and leaves the rest of the binding', async () => {
    const { start, wrong, right, confirmed, pending, binding } = await scene();
    const at = (after: number) => new Date(start + after).toISOString();
    const asked = asking(binding.id, right.person, { from: at(60_000), to: at(180_000) });
    const { seen, done } = await corrected(asked);
    expect(seen.items.map(({ violation }) => violation)).toEqual([pending.id]);
    expect(done.status).toBe(201);
    expect([await personOf(confirmed.id), await personOf(pending.id)]).toEqual([
      wrong.person,
      right.person,
    ]);
    const list = await send<{ items: { person: { id: string } }[] }>(
      'corrector',
      'GET',
      `/badge-bindings?badge=${binding.badge}`,
    );
    expect(list.body.items.map(({ person }) => person.id)).toEqual([
      wrong.person,
      right.person,
      wrong.person,
    ]);
    // A later change of the bindings has to be undone first.
    await sql.query('UPDATE badge SET until = now() WHERE badge = $1 AND until IS NULL', [
      binding.badge,
    ]);
    const undo = await send('corrector', 'POST', `/badge-corrections/${done.body.id}/undo`, {
      reason: 'no',
    });
    expect([undo.status, undo.body.code]).toEqual([409, 'badge-correction.changed-since']);
  });

  it('names nobody where the right person did not agree, or would be named by the own verdict', async () => {
    const { wrong, confirmed, pending, binding } = await scene();
    const { rows } = await sql.query("SELECT id FROM person WHERE employee_no = 'E007'");
    const { seen, done } = await corrected(asking(binding.id, rows[0].id));
    expect(seen.items.map(({ what, why }) => [what, why])).toEqual([
      ['name-goes', 'not-agreed'],
      ['name-goes', 'not-agreed'],
    ]);
    expect(done.status).toBe(201);
    expect([await personOf(confirmed.id), await personOf(pending.id)]).toEqual([null, null]);
    expect(await statesOf(wrong.person, confirmed.id)).toEqual(['moved']);

    const own = await scene();
    await decide(own.pending.id, { decision: 'confirm' }, 'rightly');
    const again = await corrected(asking(own.binding.id, own.right.person));
    expect(again.seen.items.map(({ violation, why }) => [violation, why])).toEqual([
      [own.confirmed.id, null],
      [own.pending.id, 'own-verdict'],
    ]);
    expect(await personOf(own.pending.id)).toBeNull();
    expect(await statesOf(own.right.person, own.pending.id)).toEqual([]);
  });

  it('moves back what did not change since, and names the rest', async () => {
    const { wrong, right, confirmed, pending, binding } = await scene();
    const { done } = await corrected(asking(binding.id, right.person));
    expect((await decide(pending.id, { decision: 'confirm' })).status).toBe(200);
    const undone = await send<Correction>(
      'corrector',
      'POST',
      `/badge-corrections/${done.body.id}/undo`,
      { reason: 'It was right at first' },
    );
    expect(undone.body.notMovedBack).toEqual([pending.id]);
    expect([await personOf(confirmed.id), await personOf(pending.id)]).toEqual([
      wrong.person,
      right.person,
    ]);
  });

  it('is refused for the own case, for what was not seen, and for times that cannot be', async () => {
    const { start, see, wrong, right, binding } = await scene();
    const asked = asking(binding.id, right.person);
    for (const user of ['wrongly', 'rightly']) {
      const { status, body } = await send(user, 'POST', '/badge-corrections/preview', asked);
      expect([status, body.code]).toEqual([403, 'badge-correction.own-case']);
    }
    expect((await send('judge', 'POST', '/badge-corrections/preview', asked)).status).toBe(403);
    const seen = await send<Preview>('corrector', 'POST', '/badge-corrections/preview', asked);
    await see(500_000, 'z');
    const { digest } = seen.body;
    const stale = await send('corrector', 'POST', '/badge-corrections', {
      ...asked,
      reason: 'x',
      digest,
    });
    expect([stale.status, stale.body.code]).toEqual([409, 'badge-correction.stale']);
    const early = { from: new Date(start - 30 * 86_400_000).toISOString() };
    for (const [wrongly, code] of [
      [asking(binding.id, right.person, early), 'badge-correction.times'],
      [asking(binding.id, wrong.person), 'badge-correction.person-unknown'],
      [asking('01HZZZZZZZZZZZZZZZZZZZZZZZ', right.person), 'badge-correction.binding-unknown'],
    ] as const) {
      const { status, body } = await send(
        'corrector',
        'POST',
        '/badge-corrections/preview',
        wrongly,
      );
      expect([status, body.code]).toEqual([422, code]);
    }
  });
});
