import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { startWorker, type TestWorker } from '../../testing/worker.ts';
import type { ScreenSession, ScreenView, WallGroupView } from './schema.ts';

let site: Site;
let api: RunningApi;
let database: Database;
let worker: TestWorker;
let group: WallGroupView;

type Refused = { code: string };
const send = <Body>(user: string, method: string, path: string, body?: object) =>
  api.send<Body & Refused>(user, method, path, body);
const inDatabase = <Result>(work: Parameters<Database['transaction']>[1]) =>
  database.transaction({ tenant: 'demo', user: null }, work) as Promise<Result>;

beforeAll(async () => {
  site = await openSite();
  api = await startApi(site, (await site.seededDatabase()).appUrl);
  database = openDatabase(api.settings.databaseUrl);
  worker = await startWorker(site, api);
  const other = { id: 'yard', name: { zh: '堆场', en: 'Yard' }, site: 'plant-1' };
  const address = 'rtsp://192.0.2.10/yard';
  expect((await send('admin', 'POST', '/cameras', { ...other, address })).status).toBe(201);
  const cameras = ['hall-west'];
  const name = { zh: '大厅', en: 'Hall' };
  const made = await send<WallGroupView>('admin', 'POST', '/wall-groups', {
    site: 'plant-1',
    name,
    cameras,
  });
  expect(made.status).toBe(201);
  group = made.body;
  await makeUser(database, 'planner', ['wall:manage@site', 'live:watch@all', 'camera:read@all'], {
    employeeNo: 'E005',
  });
  await makeUser(database, 'guesser', ['wall:manage@all', 'live:watch@all', 'camera:read@all']);
});
afterAll(async () => {
  await worker?.stop();
  await database?.close();
  await api?.stop();
  await site?.stop();
});

const post = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${api.url}/api/v1/screen/${path}`, {
    method: 'POST',
    headers: { origin: api.url, 'sec-fetch-site': 'same-origin', ...headers },
  });

/** A screen that shows its code. */
async function openScreen() {
  const answer = await post('pairing');
  expect(answer.status).toBe(200);
  const { code } = (await answer.json()) as { code: string };
  const set = answer.headers.get('set-cookie') ?? '';
  const [cookie = ''] = set.split(';');
  return { code, cookie, set, renew: () => post('session', { cookie }) };
}
const pair = (code: string, user = 'safety.head', to = group.id) =>
  send<ScreenView>(user, 'POST', '/screens', { code, name: 'Control room', group: to });

/** A paired one with its token. */
async function openPaired() {
  const screen = await openScreen();
  const paired = await pair(screen.code);
  expect(paired.status).toBe(201);
  const session = (await (await screen.renew()).json()) as ScreenSession;
  const own = { authorization: `Bearer ${session.accessToken}` };
  return { ...screen, id: paired.body.id, version: paired.body.version, session, own };
}
const get = async <Body>(path: string, headers: Record<string, string>) => {
  const answer = await fetch(`${api.url}/api/v1${path}`, { headers });
  return { status: answer.status, body: (await answer.json()) as Body & Refused };
};

describe('pairing a screen', () => {
  it('gives it a session once an account that manages walls and may watch live confirms its code, without a password', async () => {
    const screen = await openScreen();
    expect(screen.set).toMatch(/HttpOnly/i);
    expect(screen.set).toMatch(/SameSite=Strict/i);
    expect((await screen.renew()).status).toBe(401);
    // Neither may: one manages no walls, the other may not watch live, and a screen is watched.
    for (const user of ['operator', 'admin']) {
      expect([user, (await pair(screen.code, user)).status]).toEqual([user, 403]);
    }
    const typed = screen.code.toLowerCase().replace('-', ' ');
    expect((await pair(typed)).status).toBe(201);
    const answer = await screen.renew();
    expect(answer.status).toBe(200);
    const session = (await answer.json()) as ScreenSession;
    expect(session).toMatchObject({
      screen: { name: 'Control room', cameras: ['hall-west'] },
      user: { roles: [], person: null, screen: true, permissions: ['camera:read', 'live:watch'] },
    });
    const { body } = await send<{ items: ScreenView[] }>('admin', 'GET', '/screens');
    expect(body.items[0]).toMatchObject({ name: 'Control room', revokedAt: null });
    const audit = await send<{ items: { action: string }[] }>(
      'auditor',
      'GET',
      '/audit?entity=screen',
    );
    expect(audit.body.items.map(({ action }) => action)).toContain('pair');
    // Neither the code nor the secret is stored.
    const rows = await inDatabase<object[]>((tx) => tx.wallScreen.findMany());
    const secret = screen.cookie.split('=')[1] ?? '';
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('refuses a code that was used, is over, was guessed, or is of another browser', async () => {
    const used = await openPaired();
    expect((await pair(used.code)).body.code).toBe('screen.code');
    const late = await openScreen();
    await inDatabase((tx) => tx.screenPairing.updateMany({ data: { expiresAt: new Date(0) } }));
    expect((await pair(late.code)).body.code).toBe('screen.code');
    expect((await late.renew()).status).toBe(401);
    // The cookie of another screen is no session of this one.
    const [mine, theirs] = [await openScreen(), await openScreen()];
    expect((await pair(mine.code)).status).toBe(201);
    expect((await theirs.renew()).status).toBe(401);
    expect((await post('session', { cookie: 'anshi_screen=guess' })).status).toBe(401);
    expect((await post('session', { ...foreign, cookie: mine.cookie })).status).toBe(403);
  });
  const foreign = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };

  it('takes no code after ten wrong ones, and each is in the audit log', async () => {
    const screen = await openScreen();
    for (let n = 0; n < 10; n++) {
      expect((await pair('AAAA-AAAA', 'guesser')).body.code).toBe('screen.code');
    }
    expect((await pair(screen.code, 'guesser')).body.code).toBe('screen.too-many-tries');
    expect((await screen.renew()).status).toBe(401);
    const path = '/audit?entity=screen&action=refuse-code';
    const { body } = await send<{ items: object[] }>('auditor', 'GET', path);
    expect(body.items.length).toBeGreaterThanOrEqual(10);
  });

  it('is for groups of sites within reach', async () => {
    const id = newId();
    const far = { id, site: 'plant-9', name: { zh: '远', en: 'Far' }, cameras: ['gate-9'] };
    await inDatabase((tx) => tx.wallGroup.create({ data: { tenantId: 'demo', ...far } }));
    const screen = await openScreen();
    expect((await pair(screen.code, 'planner', id)).body.code).toBe('wall-group.other-site');
    expect((await pair(screen.code, 'safety.head', id)).status).toBe(201);
    const { body } = await send<{ items: ScreenView[] }>('planner', 'GET', '/screens');
    expect(body.items.map(({ site: of }) => of)).not.toContain('plant-9');
    const [theirs] = (await send<{ items: ScreenView[] }>('admin', 'GET', '/screens')).body.items;
    const revocation = `/screens/${theirs?.id}/revocation`;
    expect((await send('planner', 'POST', revocation, { version: 1 })).body.code).toBe(
      'screen.unknown',
    );
    const cameras = ['hall-west'];
    const elsewhere = { site: 'plant-9', name: far.name, cameras };
    expect((await send('planner', 'POST', '/wall-groups', elsewhere)).status).toBe(403);
    expect((await send('admin', 'POST', '/wall-groups', elsewhere)).body.code).toBe(
      'wall-group.cameras',
    );
  });
});

describe('a screen', () => {
  it('gets 403 on every route but those of its wall', async () => {
    const { own } = await openPaired();
    const routes = api.routes.filter(
      ({ method, public: anyone, device }) => !anyone && !device && !/HEAD|OPTIONS/.test(method),
    );
    const allowed = routes
      .filter(({ screen }) => screen)
      .map(({ method, url }) => `${method} ${url}`);
    expect(allowed.sort()).toEqual([
      'DELETE /api/v1/live/sessions/:id',
      'GET /api/v1/cameras',
      'GET /api/v1/desk-alarms/of-screen',
      'GET /api/v1/live/ice-servers',
      'GET /api/v1/live/sessions/:id',
      'GET /api/v1/live/stills',
      'POST /api/v1/live/:camera/whep',
    ]);
    const others = routes.filter(({ screen }) => !screen);
    expect(others.length).toBeGreaterThan(300);
    const wrong: string[] = [];
    for (const { method, url } of others) {
      const path = url.replaceAll(/:\w+/g, '01JZZZZZZZZZZZZZZZZZZZZZZZ').replace('*', 'x');
      const hasBody = /POST|PUT|PATCH/.test(method);
      const answer = await fetch(`${api.url}${path}`, {
        method,
        headers: { ...own, ...(hasBody && { 'content-type': 'application/json' }) },
        ...(hasBody && { body: '{}' }),
      });
      const { code } = (await answer.json().catch(() => ({}))) as Partial<Refused>;
      if (answer.status !== 403 || code !== 'auth.forbidden') {
        wrong.push(`${method} ${url}: ${answer.status} ${code}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('sees the cameras of its group alone, and follows a change of the group at once', async () => {
    const { own, renew, session } = await openPaired();
    const ids = async () =>
      (await get<{ items: { id: string }[] }>('/cameras', own)).body.items.map(({ id }) => id);
    expect(await ids()).toEqual(['hall-west']);
    expect((await get('/live/stills?cameras=yard', own)).body).toEqual({ items: [] });
    const change = (cameras: string[], version: number) =>
      send<WallGroupView>('admin', 'PATCH', `/wall-groups/${group.id}`, { version, cameras });
    const changed = await change(['yard', 'hall-west'], group.version);
    expect(changed.status).toBe(200);
    expect((await ids()).sort()).toEqual(['hall-west', 'yard']);
    const back = await change(['hall-west'], changed.body.version);
    group = back.body;
    expect(await ids()).toEqual(['hall-west']);
    // How long it shows a page comes with its session.
    expect(session.screen.patrolSeconds).toBe(10);
    const turned = { version: group.version, patrolSeconds: 30 };
    group = (await send<WallGroupView>('admin', 'PATCH', `/wall-groups/${group.id}`, turned)).body;
    const next = (await (await renew()).json()) as ScreenSession;
    expect(next.screen).toMatchObject({ cameras: ['hall-west'], patrolSeconds: 30 });
    const inUse = await send('admin', 'DELETE', `/wall-groups/${group.id}`);
    expect(inUse.body.code).toBe('wall-group.in-use');
  });

  it('hears no topic that names people, and no camera of others', async () => {
    const { session } = await openPaired();
    const { heard, say, close } = await listen(session.accessToken);
    const asked = ['cameras', 'observations:hall-west', 'observations:yard', ...withPeople];
    say({ type: 'subscribe', topics: asked });
    const errors = () => heard.filter(({ type }) => type === 'error');
    await until(() => errors().length === withPeople.length + 1, 'the refusals');
    expect(errors().every(({ code }) => code === 'auth.forbidden')).toBe(true);
    const refused = errors().map(({ message }) => /"(.*?)"/.exec(String(message))?.[1]);
    expect(refused.sort()).toEqual(['observations:yard', ...withPeople].sort());
    close();
  });
  const withPeople = [
    'incidents',
    'violations',
    'notices',
    'desk-alarms',
    'tasks',
    'presence',
    'system',
  ];

  it('shows where an alarm is, and nothing of the people in it; a person hears nothing of that route', async () => {
    const { own } = await openPaired();
    const alarms = () =>
      get<{ total: number; cameras: string[]; newestAt: string | null }>(
        '/desk-alarms/of-screen',
        own,
      );
    const at = (ms: number) => new Date(Date.now() - ms).toISOString();
    await worker.confirm({ severity: 'high', startedAt: at(4_000), confirmedAt: at(2_000) });
    await until(async () => (await alarms()).body.total > 0, 'the alarm');
    const { body } = await alarms();
    expect(Object.keys(body).sort()).toEqual(['cameras', 'newestAt', 'total']);
    expect(body.cameras).toEqual(['hall-west']);
    const person = await send('operator', 'GET', '/desk-alarms/of-screen');
    expect(person.body).toEqual({ total: 0, cameras: [], newestAt: null });
  });

  it('[VIS-06] hears of an alarm of its cameras once it is committed, without what it is, and when it is acknowledged', async () => {
    const { own, session } = await openPaired();
    const { heard, say, close } = await listen(session.accessToken);
    say({ type: 'subscribe', topics: ['screen-alarms', 'no-such-topic'] });
    await until(() => heard.some(({ type }) => type === 'error'), 'the answer');
    const told = () => heard.filter(({ type }) => type === 'screen-alarms');
    const total = async () =>
      (await get<{ total: number }>('/desk-alarms/of-screen', own)).body.total;
    const before = await total();
    const at = (ms: number) => new Date(Date.now() - ms).toISOString();
    const times = { startedAt: at(4_000), confirmedAt: at(2_000) };
    // Another person than those of other tests.
    const other = { actor: 'p-told', tracks: ['p-told'], floor: null, path: [] };
    await worker.confirm({ severity: 'high', ...times, ...other });
    await until(() => told().length > 0, 'the message');
    expect(told()[0]).toEqual({ type: 'screen-alarms' });
    // What it reads then has the alarm.
    expect(await total()).toBe(before + 1);
    const { body } = await send<{ items: { incident: { id: string; severity: string } }[] }>(
      'operator',
      'GET',
      '/desk-alarms',
    );
    const alarms = body.items.map(({ incident: { id, severity } }) => ({ incident: id, severity }));
    const known = told().length;
    await send('operator', 'POST', '/desk-alarms/acknowledgements', { alarms });
    await until(() => told().length > known, 'the message of the acknowledgement');
    expect(await total()).toBe(0);
    close();
  });

  it('shows nothing from the second on in which it is revoked', async () => {
    const screen = await openPaired();
    const { closed, closedAt } = await listen(screen.session.accessToken);
    expect((await get('/cameras', screen.own)).status).toBe(200);
    const path = `/screens/${screen.id}/revocation`;
    expect((await send('admin', 'POST', path, { version: screen.version })).status).toBe(200);
    const answered = performance.now();
    expect(await closed).toBe(4401);
    console.log(
      `a revoked screen was cut off within ${Math.round(closedAt() - answered)} ms of the answer`,
    );
    expect((await get('/cameras', screen.own)).status).toBe(401);
    expect((await screen.renew()).status).toBe(401);
    expect((await send('admin', 'POST', path, { version: 2 })).body.code).toBe('screen.revoked');
  });
});

/** A live socket that is signed in. */
async function listen(token: string) {
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/api/v1/live-events`);
  const heard: Record<string, unknown>[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  let at = Number.NaN;
  const closed = new Promise<number>((resolve) =>
    socket.once('close', (code) => {
      at = performance.now();
      resolve(code);
    }),
  );
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const say = (message: object) => socket.send(JSON.stringify(message));
  say({ type: 'auth', token });
  await until(() => heard.some(({ type }) => type === 'ready'), 'signed in');
  return { heard, say, closed, closedAt: () => at, close: () => socket.close() };
}
