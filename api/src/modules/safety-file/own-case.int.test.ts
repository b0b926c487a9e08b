import { DateTime } from 'luxon';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { openIncidentSite } from '../../testing/incidents.ts';
import { drawPicture } from '../../testing/media.ts';
import { confirmedAs, handleOn, identifiedAs, oneOf } from '../../testing/named-people.ts';
import { uploadFile } from '../../testing/tus.ts';
import { makeUser } from '../../testing/users.ts';
import type { Violation } from '../violations/schema.ts';
import { violationsInForce } from './rows.ts';
import type { Entry, EntryPage, Objection } from './schema.ts';

const judge = ['violation:read@all', 'violation:review@all', 'objection:decide@all'] as const;
const decide = ['objection:decide@all'] as const;
let world: Awaited<ReturnType<typeof openIncidentSite>>;
let database: Database;

beforeAll(async () => {
  world = await openIncidentSite();
  database = openDatabase(world.api.settings.databaseUrl);
  await makeUser(database, 'judge', [...judge]);
  await makeUser(database, 'decider', [...decide]);
  await makeUser(database, 'own', [...judge], { employeeNo: 'E008' });
  await makeUser(database, 'wearer', [], { employeeNo: 'E006' });
  const keep = ['violation:read@department', 'safety-file:keep@department'] as const;
  await makeUser(database, 'press', [...keep], { employeeNo: 'E005' });
  await makeUser(database, 'foreman', [...keep], { employeeNo: 'E012' });
  await makeUser(database, 'file-keeper', [
    'violation:read@all',
    'safety-file:keep@all',
    'objection:decide@all',
  ]);
  await makeUser(database, 'judge-keeper', [...judge, 'safety-file:keep@all']);
});
afterAll(async () => {
  await database?.close();
  await world?.stop();
});

const send = <Body>(user: string, method: 'GET' | 'POST', path: string, body?: object) =>
  world.api.send<Body & { code?: string }>(user, method, path, body);
async function dismiss(finding: string, user: string) {
  const { version } = (await send<Violation>('judge', 'GET', `/violations/${finding}`)).body;
  const verdict = { decision: 'dismiss', reason: 'allowed-work', version };
  const { status, body } = await send(user, 'POST', `/violations/${finding}/verdict`, verdict);
  return [status, body.code];
}
async function confirm(finding: string, more: object = {}, user = 'judge') {
  const { id, version } = await world.incidentOf(finding);
  const body = { decision: 'confirm', version, ...more };
  expect((await send(user, 'POST', `/incidents/${id}/verdict`, body)).status).toBe(200);
}
const entriesOf = async (person: string, user = 'judge') =>
  (await send<EntryPage>(user, 'GET', `/persons/${person}/safety-file`)).body;
const entryOf = async (person: string, finding: string) => {
  const found = (await entriesOf(person)).items.find((one) => one.violation === finding);
  if (!found) throw new Error('nothing was entered');
  return found;
};
const read = async (user: string, id: string) =>
  (await send<Entry>(user, 'GET', `/safety-entries/${id}`)).body;
async function objectTo(id: string): Promise<Objection> {
  const path = `/safety-entries/${id}/objection`;
  const { status, body } = await send<Entry>('wearer', 'POST', path, { text: 'It was not me' });
  expect(status, JSON.stringify(body)).toBe(201);
  return (await send<Objection>('decider', 'GET', `/objections/${body.objection!.id}`)).body;
}
async function act(user: string, objection: { id: string }, transition: string) {
  const path = `/objections/${objection.id}`;
  const { version } = (await send<Objection>('decider', 'GET', path)).body;
  const body = { transition, version, fields: { reason: 'The clip shows it' } };
  return send<Objection>(user, 'POST', `${path}/actions`, body);
}
const ownCase = [403, 'violation.own-case'];

describe('the own case', () => {
  it('stays the own one once a worker names that candidate no more', async () => {
    const start = world.hour();
    const own = await handleOn(database, 'E008', start);
    const other = await handleOn(database, 'E006', start);
    const identity = oneOf(other.handle, own.handle);
    const one = await world.see(world.west, start, 'a', { identity });
    await world.west.deliver(identifiedAs(one, 1, confirmedAs(other.handle)));
    const { identity: now } = (await send<Violation>('judge', 'GET', `/violations/${one.id}`)).body;
    expect(now?.candidates.map(({ person }) => person?.id)).toEqual([other.person]);
    expect(await dismiss(one.id, 'own')).toEqual(ownCase);
    expect(await dismiss(one.id, 'judge')).toEqual([200, undefined]);
  });

  it('is also that of who gets an account later', async () => {
    const start = world.hour();
    const own = await handleOn(database, 'E010', start);
    const other = await handleOn(database, 'E006', start);
    const identity = oneOf(other.handle, own.handle);
    const one = await world.see(world.west, start, 'a', { identity });
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.appUser.updateMany({ where: { personId: own.person }, data: { personId: null } }),
    );
    await world.west.deliver(identifiedAs(one, 1, confirmedAs(other.handle)));
    await makeUser(database, 'later', [...judge], { employeeNo: 'E010' });
    expect(await dismiss(one.id, 'later')).toEqual(ownCase);
  });

  it('is all of the act: what another camera or rule found, and undoing a change by hand', async () => {
    const start = world.hour();
    const own = await handleOn(database, 'E008', start);
    const named = await world.see(world.west, start, 'a', { identity: confirmedAs(own.handle) });
    const beside = await world.see(world.west, start + 5_000, 'a', { rule: 'phone-use' });
    const { id, version } = await world.incidentOf(beside.id);
    expect(id).toBe(named.id);
    expect(await dismiss(beside.id, 'own')).toEqual(ownCase);
    await world.done(world.post(id, 'split', { findings: [beside.id], reason: 'two', version }));
    const apart = await world.incidentOf(named.id);
    const undo = { version: apart.version };
    const undone = await send('own', 'POST', `/incidents/${named.id}/undo`, undo);
    expect([undone.status, undone.body.code]).toEqual(ownCase);
    expect((await send('judge', 'POST', `/incidents/${named.id}/undo`, undo)).status).toBe(200);
  });
});

describe('the decision on an objection', () => {
  it('is not of who is found meanwhile to be a possible one, or gets the account of one', async () => {
    const start = world.hour();
    const a = await handleOn(database, 'E006', start);
    const late = await handleOn(database, 'E007', start);
    const added = await handleOn(database, 'E008', start);
    const identity = confirmedAs(a.handle, late.handle);
    const one = await world.see(world.west, start, 'a', { identity });
    await confirm(one.id);
    const objection = await objectTo((await entryOf(a.person, one.id)).id);
    await makeUser(database, 'newcomer', [...decide], { employeeNo: 'E007' });
    await world.west.deliver(identifiedAs(one, 1, confirmedAs(a.handle, added.handle)));
    for (const user of ['newcomer', 'own', 'judge']) {
      const shown = (await send<Objection>(user, 'GET', `/objections/${objection.id}`)).body;
      expect([user, shown.transitions]).toEqual([user, []]);
      const { status, body } = await act(user, objection, 'withdraw');
      expect([user, status, body.code]).toEqual([user, 403, 'workflow.separation']);
    }
    expect((await act('decider', objection, 'withdraw')).status).toBe(200);
  });

  it('holds for all findings of the act, which count as one violation', async () => {
    const start = world.hour();
    const a = await handleOn(database, 'E006', start);
    const identity = confirmedAs(a.handle);
    const count = () =>
      database.transaction({ tenant: 'demo', user: null }, (tx) =>
        violationsInForce(tx, [a.person]),
      );
    const before = (await count()).length;
    const one = await world.see(world.west, start, 'a', { identity });
    const two = await world.see(world.west, start + 5_000, 'a', { identity, rule: 'phone-use' });
    await confirm(one.id);
    const entries = [await entryOf(a.person, one.id), await entryOf(a.person, two.id)];
    expect(await count()).toHaveLength(before + 1);
    expect((await count()).at(-1)?.startedAt.getTime()).toBe(start);
    const objection = await objectTo(entries[0]!.id);
    const second = await objectTo(entries[1]!.id);
    expect((await act('decider', objection, 'withdraw')).status).toBe(200);
    expect(await count()).toHaveLength(before);
    for (const { id, violation } of entries) {
      expect((await read('judge', id)).state).toBe('withdrawn');
      const now = (await send<Violation>('judge', 'GET', `/violations/${violation}`)).body;
      expect(now.identity?.person).toBeNull();
    }
    const ended = (await send<Objection>('decider', 'GET', `/objections/${second.id}`)).body;
    expect(ended.state).toBe('lapsed');
  });

  it('ends what the wrong person, their department and deciders see of the act', async () => {
    const start = world.hour();
    const a = await handleOn(database, 'E006', start);
    const b = await handleOn(database, 'E008', start);
    const one = await world.see(world.west, start, 'a', { identity: oneOf(a.handle, b.handle) });
    const candidate = { finding: one.id, handle: a.handle, reason: 'Zheng was not there' };
    await confirm(one.id, { candidate });
    const { id } = await entryOf(a.person, one.id);
    const objection = await objectTo(id);
    expect((await read('judge', id)).identified.reason).toBe('Zheng was not there');
    expect(objection.entry.identified.reason).toBe('Zheng was not there');
    for (const user of ['wearer', 'press']) {
      const seen = await read(user, id);
      expect([user, seen.identified.reason]).toEqual([user, null]);
      expect(seen.snapshot).toMatchObject({ url: expect.any(String) });
    }
    const picture = (user: string) => send(user, 'GET', `/safety-entries/${id}/snapshot`);
    expect((await picture('decider')).body.code).toBe('evidence.being-blurred');
    expect((await act('decider', objection, 'withdraw')).status).toBe(200);
    for (const user of ['wearer', 'press']) {
      expect(await read(user, id)).toMatchObject({ snapshot: null, clip: null });
      const { status, body } = await picture(user);
      expect([user, status, body.code]).toEqual([user, 403, 'safety-entry.evidence-closed']);
    }
    expect((await picture('decider')).status).toBe(404);
    const closed = (await send<Objection>('decider', 'GET', `/objections/${objection.id}`)).body;
    expect(closed.entry).toMatchObject({ snapshot: null, clip: null });
    // Who may see the violation, sees it here as well.
    expect((await picture('judge')).body.code).toBe('evidence.being-blurred');
  });
});

describe('the time to object', () => {
  it('of who has no account runs from when the person opens the entry; the department is asked to tell', async () => {
    const start = world.hour();
    const a = await handleOn(database, 'E011', start);
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.appUser.updateMany({ where: { personId: a.person }, data: { personId: null } }),
    );
    const one = await world.see(world.west, start, 'a', { identity: confirmedAs(a.handle) });
    await confirm(one.id);
    const entry = await entryOf(a.person, one.id);
    expect(entry).toMatchObject({ told: false, objectUntil: null });
    const { items } = (
      await send<{ items: { kind: string; link: string | null }[] }>('foreman', 'GET', '/notices')
    ).body;
    expect(items.find(({ kind }) => kind === 'safety-entry.untold')?.link).toBe(
      `/people/${a.person}/file?tab=violations`,
    );
    await makeUser(database, 'assembler', [], { employeeNo: 'E011' });
    expect((await read('foreman', entry.id)).objectUntil).toBeNull();
    const before = Date.now();
    const opened = await read('assembler', entry.id);
    expect(opened.mayObject).toBe(true);
    const days = (Date.parse(opened.objectUntil ?? '') - before) / 86_400_000;
    expect(days).toBeGreaterThan(14.99);
    expect(days).toBeLessThan(15.01);
    expect((await read('assembler', entry.id)).objectUntil).toBe(opened.objectUntil);
  });
});

describe('who has no account', () => {
  const today = () => DateTime.now().setZone(world.api.settings.timeZone).toISODate() as string;
  const daysAgo = (days: number) =>
    DateTime.now().setZone(world.api.settings.timeZone).minus({ days }).toISODate() as string;
  async function entryOfNobodysAccount(candidate?: string) {
    const start = world.hour();
    const a = await handleOn(database, 'E011', start);
    const b = candidate ? await handleOn(database, candidate, start) : null;
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.appUser.updateMany({ where: { personId: a.person }, data: { personId: null } }),
    );
    const identity = b ? confirmedAs(a.handle, b.handle) : confirmedAs(a.handle);
    const one = await world.see(world.west, start, 'a', { identity });
    await confirm(one.id, {}, 'judge-keeper');
    return (await entryOf(a.person, one.id)).id;
  }
  const tell = (user: string, id: string, body: object = { on: today(), how: 'desk' }) =>
    send<Entry>(user, 'POST', `/safety-entries/${id}/telling`, body);
  const hear = (user: string, id: string, body: object = {}) =>
    send<Entry>(user, 'POST', `/safety-entries/${id}/objection-by-other`, {
      text: 'Not me',
      on: today(),
      how: 'paper',
      ...body,
    });

  it('[VIS-08] is told and heard by another one: not by a reviewer, a candidate or the person, and decided by none of them', async () => {
    await makeUser(database, 'beside', ['violation:read@all', 'safety-file:keep@all'], {
      employeeNo: 'E009',
    });
    const id = await entryOfNobodysAccount('E009');
    const before = await read('file-keeper', id);
    expect(before).toMatchObject({ hasAccount: false, telling: null, keeping: 'may' });
    // The page is told before it asks: who reviewed, who may have been the one, who has no right.
    const keepers = ['judge-keeper', 'beside', 'judge'];
    const keeping = await Promise.all(keepers.map(async (one) => (await read(one, id)).keeping));
    expect(keeping).toEqual(['barred', 'barred', 'none']);
    const refusals: [string, number, string][] = [
      ['judge-keeper', 403, 'workflow.separation'],
      ['beside', 403, 'workflow.separation'],
      ['press', 404, 'safety-entry.unknown'],
      ['judge', 403, 'auth.forbidden'],
    ];
    for (const [user, ...refused] of refusals) {
      for (const answer of [await tell(user, id), await hear(user, id)]) {
        expect([user, answer.status, answer.body.code]).toEqual([user, ...refused]);
      }
    }
    expect((await hear('file-keeper', id)).body.code).toBe('safety-entry.not-told');
    for (const on of [daysAgo(1), daysAgo(-1)]) {
      expect((await tell('file-keeper', id, { on, how: 'desk' })).body.code).toBe(
        'safety-entry.day',
      );
    }
    expect(await read('file-keeper', id)).toEqual(before);

    // The day counts whole.
    const told = await tell('file-keeper', id);
    expect(told.body).toMatchObject({ telling: { on: today(), how: 'desk' }, objection: null });
    const runsFrom = DateTime.fromISO(today(), { zone: world.api.settings.timeZone });
    expect(Date.parse(told.body.objectUntil ?? '')).toBe(
      runsFrom.plus({ days: 1 }).toMillis() + 15 * 86_400_000,
    );
    expect((await tell('file-keeper', id)).body.code).toBe('safety-entry.told-already');

    const scan = await uploadFile(
      world.api,
      await world.api.signIn('file-keeper'),
      await drawPicture(7),
    );
    const heard = await hear('file-keeper', id, { fileIds: [scan] });
    expect(heard.status, JSON.stringify(heard.body)).toBe(201);
    const { objection } = heard.body;
    expect(objection).toMatchObject({ how: 'paper', saidOn: today(), files: [{ id: scan }] });
    expect((await hear('file-keeper', id)).body.code).toBe('objection.twice');
    const { url } = objection!.files[0]!;
    for (const [user, status] of [
      ['decider', 200],
      ['press', 404],
    ] as const) {
      expect((await world.api.get(url, await world.api.signIn(user))).status).toBe(status);
    }
    for (const user of ['judge-keeper', 'file-keeper']) {
      const answer = await act(user, objection!, 'withdraw');
      expect([answer.status, answer.body.code], user).toEqual([403, 'workflow.separation']);
    }
    expect((await act('decider', objection!, 'withdraw')).status).toBe(200);
    expect((await read('file-keeper', id)).state).toBe('withdrawn');
  });

  it('objects within the time from the telling, by the day of the letter; who has an account does it alone', async () => {
    const id = await entryOfNobodysAccount();
    expect((await tell('foreman', id)).status).toBe(201);
    // As if it had been 20 days ago.
    const sql = new pg.Client({ connectionString: world.superUrl });
    await sql.connect();
    await sql.query(`BEGIN; SET LOCAL session_replication_role = replica;
      UPDATE safety_entry_telling SET told_on = told_on - 20, runs_from = runs_from - interval '20 days'
      WHERE entry_id = '${id}'; COMMIT`);
    await sql.end();
    expect((await hear('foreman', id)).body.code).toBe('objection.too-late');
    expect((await hear('foreman', id, { on: daysAgo(21) })).body.code).toBe('safety-entry.day');
    await makeUser(database, 'fitter', [], { employeeNo: 'E011' });
    const byAccount = await hear('foreman', id, { on: daysAgo(6) });
    expect(byAccount.body.code).toBe('objection.has-account');
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.appUser.updateMany({ where: { username: 'fitter' }, data: { active: false } }),
    );
    const heard = await hear('foreman', id, { on: daysAgo(6), how: 'desk' });
    expect(heard.body.objection).toMatchObject({ how: 'desk', saidOn: daysAgo(6), files: [] });
  });
});
