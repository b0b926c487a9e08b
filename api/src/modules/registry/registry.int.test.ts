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

let site: Site;
let api: RunningApi;
let database: Database;
let urls: DatabaseUrls;
type Headers = { authorization: string };
const users = new Map<string, Headers>();
const as = (name: string) => users.get(name) ?? { authorization: '' };

beforeAll(async () => {
  site = await openSite();
  urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
  database = openDatabase(urls.appUrl);
  await makeUser(database, 'clerk', ['registry:read@all', 'registry:manage@all']);
  await makeUser(database, 'engineer', [
    'registry:read@all',
    'registry:manage@all',
    'classified:trade-secret@all',
  ]);
  await makeUser(database, 'officer', ['registry:read@all', 'classified:secret@all']);
  await makeUser(
    database,
    'shop-head',
    ['registry:read@department', 'registry:manage@department'],
    { employeeNo: 'E005' },
  );
  await makeUser(database, 'site-clerk', ['registry:read@site', 'registry:manage@site'], {
    employeeNo: 'E006',
  });
  for (const name of ['clerk', 'engineer', 'officer', 'shop-head', 'site-clerk']) {
    users.set(name, await api.signIn(name));
  }
});
afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
});

async function call(method: string, path: string, who: string, body?: unknown) {
  const answer = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: { ...as(who), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, text, json: text ? JSON.parse(text) : null };
}
const name = (text: string) => ({ zh: text, en: text });

describe('the machines of another site', () => {
  it('cannot be taken over by naming an own department', async () => {
    const plant = { id: 'plant-2', name: name('二号厂') };
    expect((await api.send('admin', 'POST', '/sites', plant)).status).toBe(201);
    const away = { name: name('外厂'), kind: 'production', site: 'plant-2' };
    expect((await call('PUT', '/departments/away', 'clerk', away)).status).toBe(200);
    const machine = { name: name('外厂车床'), kind: 'lathe', departmentId: 'away' };
    expect((await call('PUT', '/equipment/away-1', 'clerk', machine)).status).toBe(200);
    const taken = { ...machine, departmentId: 'press-shop' };
    const answer = await call('PUT', '/equipment/away-1', 'site-clerk', taken);
    expect([answer.status, answer.json.code]).toEqual([404, 'equipment.unknown']);
    const { json } = await call('GET', '/equipment/away-1', 'clerk');
    expect(json.department.id).toBe('away');
    // One of the own site can be moved.
    const own = { ...machine, departmentId: 'press-shop' };
    expect((await call('PUT', '/equipment/own-1', 'site-clerk', own)).status).toBe(200);
    expect((await call('PUT', '/equipment/own-1', 'site-clerk', own)).status).toBe(200);
  });
});

describe('departments and areas', () => {
  it('form a tree without cycles', async () => {
    const team = { name: name('冲压一班'), parentId: 'press-shop', kind: 'production' };
    expect((await call('PUT', '/departments/press-team-1', 'clerk', team)).status).toBe(200);
    const circle = { name: name('冲压车间'), parentId: 'press-team-1', kind: 'production' };
    const refused = await call('PUT', '/departments/press-shop', 'clerk', circle);
    expect(refused.json.code).toBe('department.loop');
    const lost = { ...team, parentId: 'nowhere' };
    expect((await call('PUT', '/departments/press-team-2', 'clerk', lost)).status).toBe(404);
    // A head reaches the departments below, and no others.
    const { items } = (await call('GET', '/departments', 'shop-head')).json;
    expect(items.map((one: { id: string }) => one.id)).toEqual(['press-shop', 'press-team-1']);
    const other = { name: name('x'), kind: 'other' };
    expect((await call('PUT', '/departments/warehouse', 'shop-head', other)).status).toBe(404);
  });

  it('are areas with a polygon in the metres of a floor plan', async () => {
    const area = {
      site: 'changzhou-1',
      floorPlan: 'main-hall',
      name: name('打磨区'),
      kind: 'workshop',
      departmentId: 'assembly',
      polygon: [
        [1, 1],
        [3, 1],
        [3, 2],
      ],
    };
    const put = await call('PUT', '/areas/grinding', 'clerk', area);
    expect(put.json).toMatchObject({ id: 'grinding', department: { id: 'assembly' } });
    const { floorPlan: _, ...without } = area;
    expect((await call('PUT', '/areas/grinding', 'clerk', without)).status).toBe(400);
    expect((await call('PUT', '/areas/grinding', 'shop-head', area)).status).toBe(404);
    const { items } = (await call('GET', '/areas?department=press-shop', 'clerk')).json;
    expect(items.map((one: { id: string }) => one.id)).toEqual(['press-line']);
  });
});

const SECRET_VALUE = '配方 7.31-K-0.042';
const press = {
  name: name('冲床 1 号'),
  kind: 'press',
  areaId: 'press-line',
  departmentId: 'press-shop',
  parameters: [
    { id: 'tonnage', name: name('吨位'), unit: 'kN', classification: 'internal', value: '800' },
    { id: 'stroke', name: name('行程曲线'), classification: 'secret', value: 'curve-A17' },
    { id: 'recipe', name: name('工艺配方'), classification: 'trade-secret', value: SECRET_VALUE },
  ],
};
const valuesFor = async (who: string) => {
  const { json } = await call('GET', '/equipment/press-1', who);
  return Object.fromEntries(
    json.parameters.map((one: { id: string; value: string }) => [one.id, one.value]),
  );
};

describe('[SEC-22] classified parameters of machines', () => {
  it('are shown to accounts with the clearance only', async () => {
    expect((await call('PUT', '/equipment/press-1', 'engineer', press)).status).toBe(200);
    expect(await valuesFor('engineer')).toEqual({
      tonnage: '800',
      stroke: 'curve-A17',
      recipe: SECRET_VALUE,
    });
    expect(await valuesFor('officer')).toEqual({
      tonnage: '800',
      stroke: 'curve-A17',
      recipe: null,
    });
    expect(await valuesFor('clerk')).toEqual({ tonnage: '800', stroke: null, recipe: null });
    for (const path of ['/equipment', '/equipment/press-1', '/equipment/press-1/overview']) {
      expect((await call('GET', path, 'clerk')).text).not.toContain(SECRET_VALUE);
    }
    const lines = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.auditLog.findMany({ where: { entity: 'equipment', action: 'view', userName: 'officer' } }),
    );
    expect(lines[0]?.after).toEqual({ fields: ['stroke'] });
  });

  it('are unchanged by a write without the clearance', async () => {
    const written = { ...press, parameters: [press.parameters[0]] };
    expect((await call('PUT', '/equipment/press-1', 'clerk', written)).status).toBe(200);
    const stolen = { ...press.parameters[2], classification: 'public', value: 'mine' };
    const again = { ...press, parameters: [press.parameters[0], stolen] };
    expect((await call('PUT', '/equipment/press-1', 'clerk', again)).status).toBe(200);
    expect(await valuesFor('engineer')).toMatchObject({
      stroke: 'curve-A17',
      recipe: SECRET_VALUE,
    });
    expect((await valuesFor('clerk')).recipe).toBeNull();
  });

  it('[SEC-03] lie encrypted in the database', async () => {
    const admin = new pg.Client({ connectionString: urls.superUrl });
    await admin.connect();
    await admin.query("SELECT set_config('app.tenant', 'demo', false)");
    for (const table of ['equipment_parameter', 'audit_log', 'outbox_event']) {
      const { rows } = await admin.query(`SELECT t::text AS row FROM ${table} t`);
      expect(rows.length).toBeGreaterThan(0);
      for (const { row } of rows) expect(row).not.toContain(SECRET_VALUE);
    }
    await expect(
      admin.query("UPDATE equipment_parameter SET value = 'plain' WHERE id = 'recipe'"),
    ).rejects.toThrow('parameter_sealed');
    await admin.end();
  });
});

describe('[ARC-01] one id joins the modules', () => {
  it('answers in one query with each module’s data about a machine and an area', async () => {
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.machineState.create({
        data: { tenantId: 'demo', machine: 'press-1', state: 'running', at: new Date() },
      }),
    );
    const machine = await call('GET', '/equipment/press-1/overview', 'clerk');
    expect(machine.json, machine.text).toMatchObject({
      id: 'press-1',
      department: 'press-shop',
      equipment: [{ id: 'press-1', state: 'running' }],
      counts: { people: 2, hazards: 0 },
    });
    expect(machine.json.counts.auditLines).toBeGreaterThan(0);
    const area = await call('GET', '/areas/press-line/overview', 'clerk');
    expect(area.json, area.text).toMatchObject({
      equipment: [
        { id: 'lathe-1', state: null },
        { id: 'press-1', state: 'running' },
        { id: 'press-2' },
      ],
      counts: { people: 2, violations: 0 },
    });
    expect((await call('GET', '/areas/rack-store/overview', 'shop-head')).status).toBe(404);
    expect((await call('GET', '/equipment/robot-1/overview', 'shop-head')).status).toBe(404);
  });
});
