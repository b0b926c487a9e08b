import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { presets } from './presets/presets.ts';

let site: Site;
let api: RunningApi;
/** Another process of the same tenant. */
let second: RunningApi;
let other: RunningApi;
let database: Database;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  site = await openSite();
  const urls = await site.seededDatabase(['other']);
  api = await startApi(site, urls.appUrl);
  second = await startApi(site, urls.appUrl);
  other = await startApi(site, urls.appUrl, { tenant: 'other' });
  database = openDatabase(urls.appUrl);
});
afterAll(async () => {
  for (const socket of sockets) socket.terminate();
  for (const running of [api, second, other]) await running?.stop();
  await database?.close();
  await site?.stop();
});

const send = async (
  method: string,
  path: string,
  body?: object,
  {
    user = /^\/(hazard|violations|cameras|sites)/.test(path) ? 'safety' : 'admin',
    to = api,
  }: {
    user?: string;
    to?: RunningApi;
  } = {},
) =>
  fetch(`${to.url}/api/v1${path}`, {
    method,
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(await to.signIn(user)),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
const turn = (id: string, on: boolean, to = api) =>
  send('PUT', `/features/${id}`, { on, reason: 'a test' }, { to });

interface Item {
  id: string;
  on: boolean;
}
const list = async (to = api) =>
  (await (await send('GET', '/features', undefined, { to })).json()) as {
    items: Item[];
    preset: { id: string } | null;
  };
const onNow = async (to = api) => (await list(to)).items.flatMap(({ id, on }) => (on ? [id] : []));
const apply = (id: string) => send('POST', `/presets/${id}/apply`);

async function report(): Promise<string> {
  const id = ulid();
  const [hazardType, plant] = ['housekeeping', 'plant-1'];
  const answer = await send(
    'POST',
    '/hazards',
    {
      id,
      description: '通道堆放杂物',
      type: hazardType,
      suggestedLevel: 'general',
      site: plant,
      foundAt: new Date().toISOString(),
      fileIds: [],
      source: 'desk',
    },
    { user: 'safety' },
  );
  expect(answer.status, await answer.clone().text()).toBe(201);
  return id;
}

describe('switching a module', () => {
  it('[ARC-04] [ARC-08] [SME-06] off and on at runtime takes effect in all processes at once, and keeps its data', async () => {
    const id = await report();
    expect(await onNow()).toContain('hazards');
    const off = await turn('hazards', false);
    expect(await off.json()).toMatchObject({ id: 'hazards', on: false });
    for (const path of ['/hazards', `/hazards/${id}`, '/hazard-types']) {
      const answer = await send('GET', path);
      expect(await answer.json()).toMatchObject({ status: 404, code: 'feature.off' });
    }
    await until(
      async () => (await send('GET', '/hazards', undefined, { to: second })).status === 404,
      'the other process is notified',
    );
    expect(await onNow()).not.toContain('hazards');
    const me = (await (await send('GET', '/auth/me')).json()) as { features: string[] };
    expect(me.features).not.toContain('hazards');
    expect(me.features).toContain('people');
    // Another tenant still has it, and independent features work.
    expect((await send('GET', '/hazards', undefined, { to: other })).status).toBe(200);
    expect((await send('GET', '/violations')).status).toBe(200);

    await turn('hazards', true, second);
    await until(async () => (await send('GET', '/hazards')).status === 200, 'it is back here too');
    const found = await send('GET', `/hazards/${id}`);
    expect(await found.json()).toMatchObject({ id, description: '通道堆放杂物' });
  });

  it('[ARC-04] respects dependencies, and leaves a line in the audit log', async () => {
    const needed = await turn('people', false);
    expect(await needed.json()).toMatchObject({ status: 409, code: 'feature.required' });
    // Planned features are not visible.
    expect((await list()).items.map(({ id }) => id)).not.toContain('gas');
    expect(await (await turn('gas', true)).json()).toMatchObject({ code: 'feature.unknown' });
    expect((await turn('no-such-module', true)).status).toBe(404);
    expect(
      (await send('PUT', '/features/hazards', { on: false }, { user: 'operator' })).status,
    ).toBe(403);
    const rows = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.auditLog.findMany({ where: { entity: 'feature' }, orderBy: { seq: 'asc' } }),
    );
    expect(rows.slice(0, 2)).toMatchObject([
      { action: 'switch-off', entityId: 'hazards', userName: 'admin', reason: 'a test' },
      { action: 'switch-on', entityId: 'hazards', userName: 'admin' },
    ]);
    const told = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.outboxEvent.findMany({ where: { entity: 'feature' }, orderBy: { seq: 'asc' } }),
    );
    expect(told.map(({ type }) => type)).toEqual([
      'cn.anshi.feature.switched-off.v1',
      'cn.anshi.feature.switched-on.v1',
    ]);
  });

  it('[ARC-04] closes its live topics, and refuses them while it is off', async () => {
    const socket = new WebSocket(`${second.url.replace('http', 'ws')}/api/v1/live-events`);
    sockets.push(socket);
    const heard: { type: string; code?: string }[] = [];
    socket.on('message', (data) => heard.push(JSON.parse(String(data))));
    await new Promise((resolve) => socket.once('open', resolve));
    const token = (await second.signIn('operator')).authorization.slice('Bearer '.length);
    socket.send(JSON.stringify({ type: 'auth', token }));
    socket.send(JSON.stringify({ type: 'subscribe', topics: ['violations', 'nonsense'] }));
    await until(() => heard.some(({ code }) => code === 'request.invalid'), 'subscribed');
    expect(heard.filter(({ code }) => code === 'feature.off')).toEqual([]);
    await turn('monitoring', false);
    const offs = () => heard.filter(({ code }) => code === 'feature.off').length;
    await until(() => offs() === 1, 'the topic has ended');
    socket.send(JSON.stringify({ type: 'subscribe', topics: ['violations'] }));
    await until(() => offs() === 2, 'it is refused');
    // Floor plans and sites serve other features, too.
    expect((await send('GET', '/sites')).status).toBe(200);
    expect((await send('GET', '/cameras')).status).toBe(404);
    await turn('monitoring', true);
    await until(async () => (await send('GET', '/cameras')).status === 200, 'on again');
  });
});

describe('presets', () => {
  const dictionary = async (id: string) =>
    (await (await send('GET', `/dictionaries/${id}`)).json()) as {
      items: { id: string; active: boolean; own: boolean; name: { zh: string } }[];
    };
  const active = async (id: string) =>
    (await dictionary(id)).items.flatMap((entry) => (entry.active ? [entry.id] : []));
  const hazardTypes = async () => {
    const rows = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.hazardType.findMany(),
    );
    return new Map(rows.map(({ id, active: on }) => [id, on]));
  };

  it('[ARC-05] [SME-04] [SME-07] set modules and words; chemical ones are hidden elsewhere', async () => {
    const applied = await apply('small-machinery');
    expect(await applied.json()).toMatchObject({
      switchedOff: [
        'site-devices',
        'qualifications',
        'monitoring',
        'positioning',
        'permits',
        'gates',
        'assignments',
        'fences',
        'vehicles',
        'attendance',
        'visitors',
        'suppliers',
        'device-files',
        'integrations',
      ],
    });
    const small = await list();
    expect(small.preset?.id).toBe('small-machinery');
    const on = small.items.filter((item) => item.on).map(({ id }) => id);
    expect(on).toEqual(['people', 'hazards']);
    expect((await send('GET', '/violations')).status).toBe(404);
    expect(await active('area-kind')).toContain('press-shop');
    expect(await active('area-kind')).not.toContain('tank-farm');
    const types = await hazardTypes();
    expect(types.get('machine-guard')).toBe(true);
    for (const id of ['chemical-leak', 'chemical-storage', 'metering-anomaly']) {
      expect(types.get(id), id).toBe(false);
    }
  });

  it('[ARC-05] [SME-05] can be replaced by another without data loss, and are idempotent', async () => {
    const id = await report();
    const own = { name: { zh: '锻造区', en: 'Forge' } };
    expect((await send('PUT', '/dictionaries/area-kind/forge', own)).status).toBe(200);
    const renamed = { name: { zh: '一号冲压区', en: 'Press shop 1' } };
    await send('PUT', '/dictionaries/area-kind/press-shop', renamed);

    const chemical = await apply('large-chemical');
    expect(await chemical.json()).toMatchObject({
      switchedOn: [
        'site-devices',
        'qualifications',
        'monitoring',
        'positioning',
        'permits',
        'gates',
        'assignments',
        'fences',
        'vehicles',
        'attendance',
        'visitors',
        'suppliers',
        'device-files',
        'integrations',
      ],
    });
    expect((await hazardTypes()).get('chemical-leak')).toBe(true);
    const kinds = await dictionary('area-kind');
    expect(kinds.items.find((entry) => entry.id === 'forge')).toMatchObject({ active: true });
    expect(kinds.items.find((entry) => entry.id === 'press-shop')).toMatchObject({
      name: { zh: '一号冲压区' },
      own: true,
      active: true,
    });
    // Hidden, not deleted.
    expect(kinds.items.find((entry) => entry.id === 'welding-shop')).toMatchObject({
      active: false,
    });
    const again = await apply('large-chemical');
    expect(await again.json()).toMatchObject({
      switchedOn: [],
      switchedOff: [],
      words: { added: 0, hidden: 0 },
    });
    expect(await dictionary('area-kind')).toEqual(kinds);
    const found = await send('GET', `/hazards/${id}`);
    expect(found.status).toBe(200);
    expect((await apply('bakery')).status).toBe(404);
  });

  it('[ARC-05] of four industries each set their modules and words', async () => {
    const expected = {
      machinery: ['press-shop', 'tank-farm'],
      chemical: ['tank-farm', 'welding-shop'],
      automotive: ['paint-shop', 'tank-farm'],
      electronics: ['clean-room', 'tank-farm'],
    } as const;
    for (const [id, [shown, hidden]] of Object.entries(expected)) {
      expect((await apply(id)).status, id).toBe(200);
      const { items, preset } = await list();
      expect(preset?.id).toBe(id);
      const wanted = presets.find((one) => one.id === id)?.features ?? [];
      for (const { id: feature, on } of items) {
        expect([feature, on]).toEqual([feature, wanted.includes(feature)]);
      }
      const kinds = await active('area-kind');
      expect([id, kinds.includes(shown), kinds.includes(hidden)]).toEqual([id, true, false]);
    }
  });

  it('[SME-08] are proposed by the survey, with the modules that are needed and why', async () => {
    const { questions } = (await (await send('GET', '/features/survey')).json()) as {
      questions: { id: string }[];
    };
    const asked = questions.map(({ id }) => id);
    expect(asked).toEqual(expect.arrayContaining(['cameras', 'over-100']));
    // There is no module of chemicals.
    expect(asked).not.toContain('chemicals');
    const answers = { chemicals: true, 'over-100': true, cameras: true };
    const answer = await send('POST', '/features/survey', { answers });
    expect(await answer.json()).toMatchObject({
      preset: 'machinery',
      required: ['people', 'hazards'],
      optional: ['monitoring'],
      reasons: expect.arrayContaining([
        expect.objectContaining({ feature: 'monitoring', on: true, reasons: [expect.anything()] }),
      ]),
    });
    expect((await send('POST', '/features/survey', { answers: { chemicals: 'yes' } })).status).toBe(
      400,
    );
  });
});
