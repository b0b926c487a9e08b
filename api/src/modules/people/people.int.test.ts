import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import {
  type DatabaseUrls,
  openSite,
  type RunningApi,
  type Site,
  startApi,
} from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { checkCharacter } from './identity.ts';
import type { Person } from './schema.ts';

let site: Site;
let api: RunningApi;
let database: Database;
let urls: DatabaseUrls;
type Headers = { authorization: string };
let hr: Headers;
let reader: Headers;
let revealer: Headers;
let head: Headers;
let worker: Headers;

beforeAll(async () => {
  site = await openSite();
  urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
  database = openDatabase(urls.appUrl);
  await makeUser(database, 'hr', ['person:read@all', 'person:manage@all']);
  await makeUser(database, 'reader', ['person:read@all']);
  await makeUser(database, 'revealer', ['person:read@all', 'person:reveal@all']);
  await makeUser(
    database,
    'press-head',
    ['person:read@department', 'person:manage@department', 'person:reveal@department'],
    { employeeNo: 'E005' },
  );
  await makeUser(database, 'press-worker', ['person:read@own'], { employeeNo: 'E006' });
  hr = await api.signIn('hr');
  reader = await api.signIn('reader');
  revealer = await api.signIn('revealer');
  head = await api.signIn('press-head');
  worker = await api.signIn('press-worker');
});
afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
});

const call = async (method: string, path: string, headers: Headers, body?: unknown) => {
  const answer = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, text, json: text ? JSON.parse(text) : null };
};
const listOf = async (headers: Headers, query = '') =>
  (await call('GET', `/persons${query}`, headers)).json.items as Person[];
const byNumber = async (employeeNo: string) => {
  const found = (await listOf(hr, `?q=${employeeNo}`))[0];
  if (!found) throw new Error(`no ${employeeNo}`);
  return found;
};
const auditLines = (action: string, person?: string) =>
  database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.auditLog.findMany({
      where: { action, ...(person ? { personId: person } : {}) },
      orderBy: { seq: 'asc' },
    }),
  );
const events = (type: string) =>
  database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.outboxEvent.findMany({ where: { type } }),
  );

const NATIONAL_ID = `32049919900101001${checkCharacter('32049919900101001')}`;
const PHONE = '13900001234';
let added: Person;

describe('people', () => {
  it('are added once, with a unique employee number', async () => {
    const person = {
      employeeNo: 'E100',
      name: '钱新',
      departmentId: 'press-shop',
      post: '冲压工',
      nationalId: NATIONAL_ID,
      phone: `+86 ${PHONE}`,
      source: { system: 'hr-system', ref: '4711' },
    };
    const first = await call('POST', '/persons', hr, person);
    expect(first.status, first.text).toBe(201);
    added = first.json;
    expect(added).toMatchObject({
      employeeNo: 'E100',
      department: { id: 'press-shop' },
      source: { system: 'hr-system', ref: '4711' },
      version: 1,
    });
    expect(await call('POST', '/persons', hr, person)).toMatchObject({
      status: 409,
      json: { code: 'person.number-taken' },
    });
    const twin = { ...person, employeeNo: 'E101', phone: null };
    expect(await call('POST', '/persons', hr, twin)).toMatchObject({
      status: 409,
      json: { code: 'person.national-id-taken' },
    });
    const wrong = {
      ...twin,
      nationalId: NATIONAL_ID.slice(0, 17) + (NATIONAL_ID.endsWith('1') ? '2' : '1'),
    };
    const refused = await call('POST', '/persons', hr, wrong);
    expect(refused).toMatchObject({
      status: 400,
      json: { errors: [{ field: 'body.nationalId' }] },
    });
    expect(refused.text).not.toContain(wrong.nationalId);
    // Fields that clients must not set.
    for (const more of [{ status: 'left' }, { tenantId: 'other' }, { version: 9 }]) {
      const body = { ...person, employeeNo: 'E102', nationalId: null, ...more };
      expect((await call('POST', '/persons', hr, body)).status).toBe(400);
    }
  });

  it('[PER-02] have optimistic locking and a history of each field; the second change gets the current record', async () => {
    const path = `/persons/${added.id}`;
    const [a, b] = await Promise.all([
      call('PATCH', path, hr, { version: 1, name: '钱新一' }),
      call('PATCH', path, hr, { version: 1, name: '钱新二' }),
    ]);
    expect([a.status, b.status].sort()).toEqual([200, 409]);
    const lost = a.status === 409 ? a : b;
    expect(lost.json.current).toMatchObject({ version: 2 });
    expect(lost.json.current.name).not.toBe('钱新');
    // The last change, for the user who decides.
    expect(lost.json.changed).toEqual({
      by: expect.objectContaining({ zh: expect.any(String) }),
      at: expect.any(String),
    });
    const late = await call('PATCH', path, hr, { version: 1, name: '钱新三' });
    expect(late).toMatchObject({ status: 409, json: { code: 'person.version-conflict' } });
    expect(late.json).toMatchObject({ current: { version: 2 }, changed: lost.json.changed });
    const history = await call('GET', `${path}/history`, hr);
    const names = history.json.items.filter((one: { field: string }) => one.field === 'name');
    expect(names[0]).toMatchObject({ before: '钱新', after: lost.json.current.name });
  });

  it('are paginated and filtered by part of a name, department and status', async () => {
    const all = await listOf(hr, '?limit=200');
    const paged: Person[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await call('GET', `/persons?limit=5${cursor && `&cursor=${cursor}`}`, hr);
      paged.push(...page.json.items);
      cursor = page.json.next;
    }
    expect(paged).toEqual(all);
    expect(all.length).toBeGreaterThanOrEqual(13);
    expect((await listOf(hr, '?q=%25')).length).toBe(0);
    expect((await listOf(hr, `?q=${encodeURIComponent('王安')}`)).length).toBe(1);
    expect((await listOf(hr, '?department=press-shop')).map((one) => one.employeeNo)).toEqual([
      'E005',
      'E006',
      'E100',
    ]);
    expect((await call('GET', '/persons?cursor=_w', hr)).json.code).toBe('request.cursor');
  });

  it("are visible within the reader's scope only; others are unknown", async () => {
    const keeper = await byNumber('E009');
    expect((await listOf(head)).map((one) => one.employeeNo)).toEqual(['E005', 'E006', 'E100']);
    expect((await listOf(worker)).map((one) => one.employeeNo)).toEqual(['E006']);
    for (const [who, status] of [
      [head, 404],
      [worker, 404],
      [reader, 200],
    ] as const) {
      expect((await call('GET', `/persons/${keeper.id}`, who)).status).toBe(status);
      for (const part of ['history', 'lineage', 'overview']) {
        expect((await call('GET', `/persons/${keeper.id}/${part}`, who)).status).toBe(status);
      }
    }
    const body = { version: keeper.version, name: 'x' };
    expect((await call('PATCH', `/persons/${keeper.id}`, head, body)).status).toBe(404);
    expect((await call('PATCH', `/persons/${keeper.id}`, reader, body)).status).toBe(403);
    const reveal = { field: 'phone', reason: 'to call them' };
    expect((await call('POST', `/persons/${keeper.id}/reveal`, head, reveal)).status).toBe(404);
    // Nor can a person be moved into, or out of, another scope.
    const mine = await byNumber('E006');
    const away = { departmentId: 'warehouse', post: null };
    expect((await call('POST', `/persons/${mine.id}/transfer`, head, away)).status).toBe(404);
    const search = { field: 'phone', value: '13800001018' };
    expect((await call('POST', '/persons/search', reader, search)).json.items).toHaveLength(1);
    expect((await call('POST', '/persons/search', head, search)).json.items).toHaveLength(0);
  });
});

describe('[SEC-06] identity number and phone of people', () => {
  it('are masked in every response', async () => {
    expect(added).toMatchObject({
      nationalId: `320***********${NATIONAL_ID.slice(-4)}`,
      phone: '139****1234',
    });
    const answers = await Promise.all([
      call('GET', '/persons?limit=200', hr),
      call('GET', `/persons/${added.id}`, hr),
      call('GET', `/persons/${added.id}/history`, hr),
      call('GET', `/persons/${added.id}/lineage`, hr),
      call('GET', `/persons/${added.id}/overview`, hr),
      call('POST', '/persons/search', hr, { field: 'nationalId', value: NATIONAL_ID }),
    ]);
    for (const { status, text } of answers) {
      expect(status, text).toBe(200);
      expect(text).not.toContain(NATIONAL_ID);
      expect(text).not.toContain(PHONE);
    }
    expect(answers[5]?.json.items).toMatchObject([{ employeeNo: 'E100' }]);
  });

  it('are found by the whole value only, in any notation', async () => {
    const find = async (field: string, value: string) =>
      (await call('POST', '/persons/search', hr, { field, value })).json.items.length;
    expect(await find('phone', '+86 139-0000-1234')).toBe(1);
    expect(await find('phone', '1390000123')).toBe(0);
    expect(await find('nationalId', ` ${NATIONAL_ID} `)).toBe(1);
    expect(await find('nationalId', NATIONAL_ID.slice(0, 17))).toBe(0);
  });

  it('are revealed with the permission and a reason, which are logged', async () => {
    const path = `/persons/${added.id}/reveal`;
    const asked = { field: 'nationalId', reason: '办理工伤认定' };
    expect((await call('POST', path, reader, asked)).status).toBe(403);
    expect((await call('POST', path, revealer, { field: 'nationalId' })).status).toBe(400);
    expect((await call('POST', path, revealer, { ...asked, field: 'name' })).status).toBe(400);
    expect((await call('POST', path, revealer, asked)).json).toEqual({
      field: 'nationalId',
      value: NATIONAL_ID,
    });
    expect(await auditLines('reveal', added.id)).toMatchObject([
      { userName: 'revealer', reason: '办理工伤认定', entityId: added.id },
    ]);
    expect((await auditLines('view', added.id)).length).toBeGreaterThan(0);
  });

  it('have a rate limit for revealing', async () => {
    const path = `/persons/${added.id}/reveal`;
    let last = { status: 0 };
    for (let i = 0; i < 30 && last.status !== 429; i++) {
      last = await call('POST', path, revealer, { field: 'phone', reason: `number ${i} of them` });
    }
    expect(last).toMatchObject({ status: 429, json: { code: 'person.reveal-too-often' } });
    expect((await auditLines('reveal', added.id)).length).toBeLessThanOrEqual(20);
  });

  it('[SEC-03] lie nowhere in the database in the clear, the log and the outbox included', async () => {
    const admin = new pg.Client({ connectionString: urls.superUrl });
    await admin.connect();
    await admin.query("SELECT set_config('app.tenant', 'demo', false)");
    const { rows } = await admin.query<{ name: string }>(
      "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace",
    );
    for (const { name } of rows) {
      const dump = await admin.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      for (const { row } of dump.rows) {
        expect(row, name).not.toContain(NATIONAL_ID);
        expect(row, name).not.toContain(PHONE);
      }
    }
    await admin.end();
  });
});

describe('the lifecycle of a person', () => {
  it('keeps each change of each field, with its source', async () => {
    const { items } = (await call('GET', `/persons/${added.id}/history`, hr)).json;
    const name = items.find((one: { field: string }) => one.field === 'name');
    expect(name).toMatchObject({ before: '钱新', by: 'hr', action: 'update' });
    expect(name.after).toMatch(/^钱新[一二]$/);
    const lineage = (await call('GET', `/persons/${added.id}/lineage`, hr)).json;
    expect(lineage.source).toEqual({ system: 'hr-system', ref: '4711' });
    const of = (field: string) =>
      lineage.fields.find((one: { field: string }) => one.field === field);
    expect(of('name')).toMatchObject({ system: 'anshi', changes: 2, by: 'hr' });
    expect(of('departmentId')).toMatchObject({ system: 'hr-system', changes: 1 });
  });

  it('emits events for a transfer and for leaving, and ends the badge assignment', async () => {
    const path = `/persons/${added.id}`;
    const badge = await call('POST', `${path}/badges`, hr, { badge: 'badge-100' });
    expect(badge.status, badge.text).toBe(200);
    const other = await byNumber('E011');
    const taken = await call('POST', `/persons/${other.id}/badges`, hr, { badge: 'badge-100' });
    expect(taken.json.code).toBe('badge.taken');

    const to = { departmentId: 'warehouse', post: '仓库工' };
    const moved = await call('POST', `${path}/transfer`, hr, to);
    expect(moved.json).toMatchObject({ department: { id: 'warehouse' }, post: '仓库工' });
    expect((await events('cn.anshi.person.transferred.v1')).at(-1)?.data).toEqual({
      person: added.id,
      from: { departmentId: 'press-shop', post: '冲压工', postId: added.postId },
      // Words that name no post of the register are kept.
      to: { ...to, postId: null },
    });
    const left = await call('POST', `${path}/leave`, hr, { on: '2026-11-30' });
    expect(left.json).toMatchObject({ status: 'left', leftOn: '2026-11-30', badges: [] });
    expect((await events('cn.anshi.person.left.v1')).at(-1)?.subject).toBe(added.id);
    expect((await call('POST', `${path}/leave`, hr, { on: '2026-11-30' })).json.code).toBe(
      'person.left',
    );
    expect((await call('POST', `${path}/transfer`, hr, to)).json.code).toBe('person.left');
    const again = { departmentId: 'assembly', post: null, on: '2027-01-04' };
    const back = await call('POST', `${path}/return`, hr, again);
    expect(back.json).toMatchObject({ status: 'active', leftOn: null, id: added.id });
    // Another person may wear it now.
    expect(
      (await call('POST', `/persons/${other.id}/badges`, hr, { badge: 'badge-100' })).status,
    ).toBe(200);
  });
});

describe('[ARC-01] one id joins the modules', () => {
  it('answers in one query with each module’s data about a person', async () => {
    const { id } = await byNumber('E006');
    await call('GET', `/persons/${id}`, hr);
    const answer = await call('GET', `/persons/${id}/overview`, hr);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json).toMatchObject({
      person: { id, employeeNo: 'E006' },
      areas: [{ id: 'press-line' }],
      equipment: [{ id: 'lathe-1' }, { id: 'press-1' }, { id: 'press-2' }],
      // A growing count would reveal the reporter, whom hazards hide.
      counts: { verdictsGiven: 0, hazardsReported: null, hazardsAssigned: 0 },
      lastPosition: null,
    });
    const own = await call('GET', `/persons/${id}/overview`, worker);
    expect(own.json.counts.hazardsReported).toBe(0);
    await makeUser(database, 'identifies', ['person:read@all', 'hazard:identify@all']);
    const knows = await call('GET', `/persons/${id}/overview`, await api.signIn('identifies'));
    expect(knows.json.counts.hazardsReported).toBe(0);
    expect(answer.json.account).not.toBeNull();
    expect(answer.json.counts.auditLines).toBeGreaterThan(0);
  });
});
