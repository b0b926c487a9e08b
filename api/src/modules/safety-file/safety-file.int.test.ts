import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { openIncidentSite } from '../../testing/incidents.ts';
import { confirmedAs, handleOn, oneOf } from '../../testing/named-people.ts';
import { makeUser } from '../../testing/users.ts';
import type { Violation } from '../violations/schema.ts';
import { violationsInForce } from './rows.ts';
import type { Entry, EntryPage, Objection } from './schema.ts';

let world: Awaited<ReturnType<typeof openIncidentSite>>;
let database: Database;
let sql: pg.Client;

beforeAll(async () => {
  world = await openIncidentSite();
  database = openDatabase(world.api.settings.databaseUrl);
  sql = new pg.Client({ connectionString: world.superUrl });
  await sql.connect();
  const judge = ['violation:read@all', 'violation:review@all', 'objection:decide@all'] as const;
  await makeUser(database, 'judge', [...judge]);
  await makeUser(database, 'decider', ['objection:decide@all']);
  await makeUser(database, 'concerned', [...judge], { employeeNo: 'E008' });
  await makeUser(database, 'wearer', [...judge], { employeeNo: 'E011' });
  await makeUser(database, 'press', ['violation:read@department'], { employeeNo: 'E005' });
  await makeUser(database, 'store', ['violation:read@department'], { employeeNo: 'E009' });
  await makeUser(database, 'clerk', ['person:read@all', 'person:manage@all']);
});
afterAll(async () => {
  await sql?.end();
  await database?.close();
  await world?.stop();
});

const send = <Body>(user: string, method: 'GET' | 'POST' | 'PUT', path: string, body?: object) =>
  world.api.send<Body & { code?: string }>(user, method, path, body);
const violation = async (id: string) =>
  (await send<Violation>('judge', 'GET', `/violations/${id}`)).body;
const incidentOf = (finding: string) => world.incidentOf(finding);
async function decide(finding: string, body: object, user = 'judge') {
  const { id, version } = await incidentOf(finding);
  return send(user, 'POST', `/incidents/${id}/verdict`, { version, ...body });
}
const fileOf = async (person: string, user = 'judge') =>
  send<EntryPage>(user, 'GET', `/persons/${person}/safety-file`);
const noticesOf = async (user: string, kind: string) =>
  (
    await send<{ items: { kind: string; link: string | null; subject: { id: string } | null }[] }>(
      user,
      'GET',
      '/notices',
    )
  ).body.items.filter((one) => one.kind === kind);

/** A violation of a person of the demonstration that the judge confirmed. @returns its entry. */
async function entered(employeeNo: string, others: string[] = []): Promise<Entry> {
  const start = world.hour();
  const own = await handleOn(database, employeeNo, start);
  const beside = [];
  for (const one of others) beside.push((await handleOn(database, one, start)).handle);
  const { id } = await world.see(world.west, start, 'a', {
    identity: confirmedAs(own.handle, ...beside),
    at: [3, 3],
    floor: [3, 3],
  });
  expect((await decide(id, { decision: 'confirm', note: 'Seen in the clip' })).status).toBe(200);
  const entry = (await fileOf(own.person)).body.items.find((one) => one.violation === id);
  if (!entry) throw new Error('nothing was entered');
  return entry;
}
const objecting = (entry: string, user: string, text = 'It was not me') =>
  send<Entry>(user, 'POST', `/safety-entries/${entry}/objection`, { text });
const deciding = (user: string, { id, version }: { id: string; version: number }, how: string) =>
  send<Objection>(user, 'POST', `/objections/${id}/actions`, {
    transition: how,
    version,
    fields: { reason: 'The clip shows it' },
  });
async function objected(employeeNo: string, user: string, others: string[] = []) {
  const entry = await entered(employeeNo, others);
  const { status, body } = await objecting(entry.id, user);
  expect(status, JSON.stringify(body)).toBe(201);
  const { id } = body.objection!;
  return { entry, objection: (await send<Objection>('decider', 'GET', `/objections/${id}`)).body };
}
const countOf = (person: string) =>
  database.transaction(
    { tenant: 'demo', user: null },
    async (tx) => (await violationsInForce(tx, [person])).length,
  );

describe('the safety file of a person', () => {
  it('[VIS-07] [VIS-08] has what a reviewer confirmed: who, what, where, when, evidence, confidence and reviewer', async () => {
    const entry = await entered('E011', ['E008']);
    expect(entry).toMatchObject({
      person: { name: '卫装配' },
      kind: expect.any(String),
      camera: 'hall-west',
      floorPlan: 'hall',
      floor: [3, 3],
      confidence: expect.any(Number),
      identified: {
        basis: 'badge',
        reason: null,
        posterior: 0.998,
        explanation: [{ en: 'Less than a metre away' }],
      },
      reviewer: { displayName: { en: expect.any(String) } },
      reviewNote: 'Seen in the clip',
      model: { name: expect.any(String), version: expect.any(String) },
      state: 'in-force',
      changes: [],
      mayObject: false,
      told: true,
      snapshot: { url: `/api/v1/safety-entries/${entry.id}/snapshot` },
    });
    const days = (Date.parse(entry.objectUntil ?? '') - Date.parse(entry.writtenAt)) / 86_400_000;
    expect(days).toBe(15);
    expect(await countOf(entry.person.id)).toBeGreaterThan(0);
  });

  it('tells the person, who opens the entry from the notice', async () => {
    const entry = await entered('E011');
    const told = (await noticesOf('wearer', 'safety-entry.written')).find(
      ({ subject }) => subject?.id === entry.id,
    );
    expect(told?.link).toBe(`/me/violations/${entry.id}`);
    const own = (await send<EntryPage>('wearer', 'GET', '/me/safety-file')).body;
    expect(own.items.find(({ id }) => id === entry.id)).toMatchObject({ mayObject: true });
    // The worker of this test makes no rendition: the original is never given in its place.
    const picture = await send('wearer', 'GET', `/safety-entries/${entry.id}/snapshot`);
    expect(picture.body.code).toBe('evidence.being-blurred');
  });

  it('is read by the person’s department, and by no other', async () => {
    const entry = await entered('E006');
    expect((await fileOf(entry.person.id, 'press')).status).toBe(200);
    const { status, body } = await fileOf(entry.person.id, 'store');
    expect([status, body.code]).toEqual([404, 'person.unknown']);
    const foreign = await send('store', 'GET', `/safety-entries/${entry.id}`);
    expect([foreign.status, foreign.body.code]).toEqual([404, 'safety-entry.unknown']);
    const picture = await send('store', 'GET', `/safety-entries/${entry.id}/snapshot`);
    expect(picture.status).toBe(404);
  });

  it('has nothing of what was dismissed, of whom no badge names, or of whose consent ended before the verdict', async () => {
    const start = world.hour();
    const a = await handleOn(database, 'E012', start);
    const dismissed = await world.see(world.west, start, 'a', { identity: confirmedAs(a.handle) });
    await decide(dismissed.id, { decision: 'dismiss', reason: 'allowed-work' });
    const unnamed = await world.see(world.west, start + 120_000, 'b');
    await decide(unnamed.id, { decision: 'confirm' });
    const gone = await world.see(world.west, start + 240_000, 'c', {
      identity: confirmedAs(a.handle),
    });
    const act = await incidentOf(gone.id);
    const withdrawal = { purpose: 'video-identity', note: 'at the desk' };
    await send('clerk', 'POST', `/persons/${a.person}/consents/withdraw`, withdrawal);
    const late = { decision: 'confirm', version: act.version };
    expect((await send('judge', 'POST', `/incidents/${act.id}/verdict`, late)).status).toBe(409);
    expect((await decide(gone.id, { decision: 'confirm' })).status).toBe(200);
    expect((await fileOf(a.person)).body).toMatchObject({ items: [], inForce: 0 });
  });

  it('shows what a verdict took back, which counts no more', async () => {
    const entry = await entered('E009');
    const before = await countOf(entry.person.id);
    await decide(entry.violation, { decision: 'reopen' });
    const { body } = await send<Entry>('judge', 'GET', `/safety-entries/${entry.id}`);
    expect(body).toMatchObject({ state: 'taken-back', changes: [{ kind: 'taken-back' }] });
    expect(await countOf(entry.person.id)).toBe(before - 1);
    expect((await noticesOf('store', 'safety-entry.changed')).length).toBe(1);
    // Confirmed again it is another entry; the first one stays as it was.
    await decide(entry.violation, { decision: 'confirm' });
    const again = (await fileOf(entry.person.id)).body.items.filter(
      (one) => one.violation === entry.violation,
    );
    expect(again.map(({ state }) => state).sort()).toEqual(['in-force', 'taken-back']);
  });

  it('names who chose a candidate, and why', async () => {
    const start = world.hour();
    const a = await handleOn(database, 'E006', start);
    const b = await handleOn(database, 'E008', start);
    const one = await world.see(world.west, start, 'a', { identity: oneOf(a.handle, b.handle) });
    const candidate = { finding: one.id, handle: b.handle, reason: 'Told me so' };
    expect((await decide(one.id, { decision: 'confirm', candidate })).status).toBe(200);
    const [entry] = (await fileOf(b.person)).body.items;
    expect(entry?.identified).toMatchObject({
      basis: 'reviewer',
      reason: 'Told me so',
      posterior: expect.closeTo(0.4),
    });
  });

  it('is never changed, also by the owner of the tables', async () => {
    await expect(sql.query("UPDATE safety_entry SET basis = 'badge'")).rejects.toThrow(
      'never changed',
    );
  });
});

describe('an objection', () => {
  it('is decided by another person than the reviewer, the person and who may have been the one', async () => {
    const { entry, objection } = await objected('E011', 'wearer', ['E008']);
    for (const user of ['judge', 'wearer', 'concerned']) {
      const { status, body } = await deciding(user, objection, 'withdraw');
      expect([user, status, body.code]).toEqual([user, 403, 'workflow.separation']);
    }
    expect((await send<Entry>('judge', 'GET', `/safety-entries/${entry.id}`)).body.state).toBe(
      'in-force',
    );
    const before = await countOf(entry.person.id);
    const done = await deciding('decider', objection, 'withdraw');
    expect(done.status, JSON.stringify(done.body)).toBe(200);
    expect(done.body.entry).toMatchObject({
      state: 'withdrawn',
      changes: [{ kind: 'withdrawn', reason: 'The clip shows it' }],
    });
    expect(await countOf(entry.person.id)).toBe(before - 1);
    expect((await violation(entry.violation)).identity?.person).toBeNull();
    expect((await noticesOf('wearer', 'safety-entry.changed')).at(0)?.link).toBe(
      `/me/violations/${entry.id}`,
    );
  });

  it('that was granted is not undone by another verdict of the reviewer', async () => {
    const { entry, objection } = await objected('E011', 'wearer');
    expect((await deciding('decider', objection, 'withdraw')).status).toBe(200);
    await decide(entry.violation, { decision: 'reopen' });
    expect((await decide(entry.violation, { decision: 'confirm' })).status).toBe(200);
    expect((await violation(entry.violation)).identity?.person).toBeNull();
    await decide(entry.violation, { decision: 'reopen' });
    const { identity } = await violation(entry.violation);
    const handle = identity?.candidates[0]?.handle ?? '';
    const candidate = { finding: entry.violation, handle, reason: 'I insist' };
    const { status, body } = await decide(entry.violation, { decision: 'confirm', candidate });
    expect([status, body.code]).toEqual([409, 'violation.name-withdrawn']);
  });

  it('that was not granted leaves the entry', async () => {
    const { entry, objection } = await objected('E011', 'wearer');
    expect((await deciding('decider', objection, 'lapse')).body.code).toBe('objection.by-itself');
    const { body } = await deciding('decider', objection, 'uphold');
    expect(body).toMatchObject({ state: 'upheld', entry: { state: 'in-force' } });
    const seen = (await send<Entry>('wearer', 'GET', `/safety-entries/${entry.id}`)).body;
    expect(seen.objection).toMatchObject({ state: 'upheld', reason: 'The clip shows it' });
    const twice = await objecting(entry.id, 'wearer');
    expect([twice.status, twice.body.code]).toEqual([409, 'objection.twice']);
  });

  it('keeps the verdict as it is until another person decided', async () => {
    const { entry, objection } = await objected('E011', 'wearer');
    const again = await decide(entry.violation, { decision: 'reopen' });
    expect([again.status, again.body]).toMatchObject([409, { code: 'objection.open' }]);
    const { version } = await violation(entry.violation);
    const single = { decision: 'dismiss', reason: 'allowed-work', version };
    const path = `/violations/${entry.violation}/verdict`;
    expect((await send('judge', 'POST', path, single)).body.code).toBe('objection.open');
    const { body } = await send<Objection>('decider', 'GET', `/objections/${objection.id}`);
    expect(body).toMatchObject({ state: 'filed', entry: { state: 'in-force' } });
    expect((await deciding('decider', body, 'uphold')).status).toBe(200);
    expect((await decide(entry.violation, { decision: 'reopen' })).status).toBe(200);
  });

  it('is of the person alone, of an entry that counts, and in time', async () => {
    const entry = await entered('E011');
    const other = await objecting(entry.id, 'judge');
    expect([other.status, other.body.code]).toEqual([403, 'safety-entry.not-own']);
    expect((await objecting(entry.id, 'store')).status).toBe(404);
    expect((await objecting(entry.id, 'wearer', '  ')).status).toBe(400);
    await sql.query('ALTER TABLE safety_entry DISABLE TRIGGER append_only');
    await sql.query('UPDATE safety_entry SET object_until = now() WHERE id = $1', [entry.id]);
    await sql.query('ALTER TABLE safety_entry ENABLE TRIGGER append_only');
    const late = await objecting(entry.id, 'wearer');
    expect([late.status, late.body.code]).toEqual([409, 'objection.too-late']);
    const back = await entered('E011');
    await decide(back.violation, { decision: 'reopen' });
    const gone = await objecting(back.id, 'wearer');
    expect([gone.status, gone.body.code]).toEqual([409, 'safety-entry.not-in-force']);
  });

  it('has a time that the company sets, for entries from then on', async () => {
    const path = '/safety-file-settings';
    const { body } = await send<{ objectionDays: number; version: number }>('decider', 'GET', path);
    expect(body.objectionDays).toBe(15);
    const given = { objectionDays: 30, version: body.version };
    expect((await send('decider', 'PUT', path, given)).status).toBe(200);
    expect((await send('decider', 'PUT', path, given)).status).toBe(409);
    expect((await send('judge', 'PUT', path, { objectionDays: 0, version: 1 })).status).toBe(400);
    const entry = await entered('E011');
    const days = (Date.parse(entry.objectUntil ?? '') - Date.parse(entry.writtenAt)) / 86_400_000;
    expect(days).toBe(30);
  });
});

describe('names that went', () => {
  it('do not let a reviewer judge the own case: a consent that is taken back clears nobody', async () => {
    const start = world.hour();
    const own = await handleOn(database, 'E008', start);
    const other = await handleOn(database, 'E006', start);
    const one = await world.see(world.west, start, 'a', {
      identity: oneOf(other.handle, own.handle),
    });
    const withdrawal = { purpose: 'video-identity', note: 'at the desk' };
    await send('clerk', 'POST', `/persons/${own.person}/consents/withdraw`, withdrawal);
    const names = (await violation(one.id)).identity?.candidates.map(({ person }) => person?.id);
    expect(names).toEqual([other.person]);
    const verdict = { decision: 'dismiss', reason: 'allowed-work' };
    const { status, body } = await decide(one.id, verdict, 'concerned');
    expect([status, body.code]).toEqual([403, 'violation.own-case']);
    // Who it was cannot be read from what is kept.
    const kept = await sql.query('SELECT * FROM violation_recusal WHERE violation_id = $1', [
      one.id,
    ]);
    expect(kept.rows).toHaveLength(1);
    expect(JSON.stringify(kept.rows)).not.toContain(own.person);
    expect((await decide(one.id, verdict)).status).toBe(200);
  });

  it('are hidden once a notice is renewed, until the person agrees to the new one', async () => {
    const start = world.hour();
    const a = await handleOn(database, 'E011', start);
    const b = await handleOn(database, 'E006', start);
    const one = await world.see(world.west, start, 'a', {
      identity: confirmedAs(a.handle, b.handle),
    });
    expect((await violation(one.id)).identity?.person?.id).toBe(a.person);
    await sql.query(`INSERT INTO consent_purpose SELECT (p).* FROM (
      SELECT jsonb_populate_record(p, jsonb_build_object('version', p.version + 1, 'renew', true)) AS p
      FROM consent_purpose p WHERE p.id = 'video-identity' ORDER BY p.version DESC LIMIT 1) s`);
    expect((await violation(one.id)).identity).toMatchObject({
      state: 'unbadged',
      person: null,
      candidates: [],
    });
    expect((await decide(one.id, { decision: 'confirm' })).status).toBe(200);
    expect((await fileOf(a.person)).body.items.map(({ violation: of }) => of)).not.toContain(
      one.id,
    );
  });
});
