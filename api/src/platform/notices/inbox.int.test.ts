import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { systemCaller } from '../access/caller.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { createUnits, type Units } from '../db/unit-of-work.ts';
import { createNotices } from './notify.ts';
import type { Notice } from './types.ts';

let site: Site;
let api: RunningApi;
let second: RunningApi;
let database: Database;
let units: Units;
const users: Record<string, string> = {};
const sockets: WebSocket[] = [];

beforeAll(async () => {
  site = await openSite();
  const urls = await site.seededDatabase(['other']);
  api = await startApi(site, urls.appUrl);
  second = await startApi(site, urls.appUrl);
  database = openDatabase(urls.appUrl);
  units = createUnits({
    database,
    onError: (error) => {
      throw error;
    },
  });
  for (const name of ['operator', 'safety', 'admin']) {
    const me = await api.get('/api/v1/auth/me', await api.signIn(name));
    users[name] = ((await me.json()) as { id: string }).id;
  }
  // Those of the demonstration.
  await database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.noticeRecipient.deleteMany(),
  );
});
afterAll(async () => {
  for (const socket of sockets) socket.terminate();
  await api?.stop();
  await second?.stop();
  await database?.close();
  await site?.stop();
});

const notices = createNotices({ written: () => undefined });
const notice = (changes: Partial<Notice> = {}): Notice => ({
  to: [users.operator!],
  kind: 'hazard.assigned',
  severity: 'warning',
  title: { zh: '整改任务', en: 'Rectify' },
  body: { zh: '冲压区地面有油', en: 'Oil on the floor of the press area' },
  link: '/hazards/1',
  subject: null,
  ...changes,
});
const notify = (one: Notice) =>
  units.run(systemCaller('demo'), (unit) => notices.notify(unit, one));

interface Page {
  items: {
    id: string;
    count: number;
    severity: string;
    readAt: string | null;
    kind: string;
    subject: { id: string } | null;
  }[];
  next: string | null;
  unread: number;
}
const list = async (user: string, query = '') =>
  (await (await api.get(`/api/v1/notices${query}`, await api.signIn(user))).json()) as Page;

async function listen(to: RunningApi, user: string) {
  const socket = new WebSocket(`${to.url.replace('http', 'ws')}/api/v1/live-events`);
  sockets.push(socket);
  const heard: { type: string; ids?: string[]; notice?: { id: string; title: { en: string } } }[] =
    [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  await new Promise((resolve) => socket.once('open', resolve));
  const token = (await to.signIn(user)).authorization.slice('Bearer '.length);
  socket.send(JSON.stringify({ type: 'auth', token }));
  socket.send(JSON.stringify({ type: 'subscribe', topics: ['notices', 'nonsense'] }));
  // The refusal of the second topic shows that the first was accepted.
  await until(() => heard.some(({ type }) => type === 'error'), 'subscribed');
  return heard;
}

describe('notices in the app', () => {
  it('are listed for their recipients, newest first, and can be marked as read', async () => {
    for (const body of ['1', '2', '3']) await notify(notice({ body: { zh: body, en: body } }));
    const first = await list('operator', '?limit=2');
    expect(first.items).toHaveLength(2);
    expect(first.unread).toBe(3);
    const rest = await list('operator', `?limit=2&cursor=${first.next}`);
    expect(rest.items).toHaveLength(1);
    expect(rest.next).toBeNull();
    expect((await list('safety')).items).toEqual([]);

    const headers = await api.signIn('operator');
    const ids = [first.items[0]!.id];
    // Other users' ids change nothing.
    await api.post('/api/v1/notices/read', { ids }, await api.signIn('safety'));
    const after = await api.post('/api/v1/notices/read', { ids }, headers);
    expect(await after.json()).toEqual({ unread: 2 });
    expect((await list('operator', '?unread=true')).items).toHaveLength(2);
    expect((await list('operator', '?unread=false')).items.map(({ id }) => id)).toEqual(ids);
    expect(await (await api.post('/api/v1/notices/read', { all: true }, headers)).json()).toEqual({
      unread: 0,
    });
    expect(await (await api.get('/api/v1/notices/count', headers)).json()).toEqual({ unread: 0 });
    expect((await api.get('/api/v1/notices?cursor=rubbish', headers)).status).toBe(400);
  });

  it('are written in their unit’s transaction', async () => {
    const before = await list('admin');
    await expect(
      units.run(systemCaller('demo'), async (unit) => {
        await notices.notify(unit, notice({ to: [users.admin!] }));
        throw new Error('the business failed');
      }),
    ).rejects.toThrow('the business failed');
    expect(await list('admin')).toEqual(before);
  });

  it('skip inactive users, and those of other tenants', async () => {
    const foreign = await database.transaction({ tenant: 'other', user: null }, async (tx) => {
      const row = { id: '01J00000000000000000000000', username: 'x', passwordHash: '' };
      const displayName = { zh: 'x', en: 'x' };
      return tx.appUser.create({ data: { tenantId: 'other', ...row, displayName } });
    });
    await notify(notice({ to: ['nobody', foreign.id, users.admin!] }));
    const rows = await database.transaction({ tenant: 'other', user: null }, (tx) =>
      tx.noticeRecipient.count(),
    );
    expect(rows).toBe(0);
    expect((await list('admin')).unread).toBe(1);
  });

  it('are merged with a count when repeated; a more severe one is new', async () => {
    const subject = { entity: 'hazard', id: '01JSTORM' };
    const of = (changes: Partial<Notice>) => notice({ to: [users.safety!], subject, ...changes });
    await Promise.all(Array.from({ length: 20 }, () => notify(of({}))));
    // What falls due in the demonstration is told to the same account.
    const own = async () =>
      (await list('safety')).items.filter((one) => one.subject?.id === subject.id);
    const unread = async () => (await own()).filter(({ readAt }) => readAt === null).length;
    expect(await own()).toMatchObject([{ count: 20, severity: 'warning' }]);
    expect(await unread()).toBe(1);
    await api.post('/api/v1/notices/read', { all: true }, await api.signIn('safety'));
    await notify(of({}));
    expect(await unread()).toBe(1);
    await notify(of({ severity: 'critical' }));
    await notify(of({ kind: 'hazard.returned' }));
    expect((await own()).map(({ count }) => count)).toEqual([1, 1, 21]);
  });

  it('are pushed live to their recipients only, by every process', async () => {
    const here = await listen(api, 'operator');
    const there = await listen(second, 'operator');
    const other = await listen(second, 'safety');
    const answer = await api.post('/api/v1/notices/test', {}, await api.signIn('operator'));
    expect(answer.status).toBe(202);
    for (const heard of [here, there]) {
      const pushed = await until(() => heard.find(({ type }) => type === 'notice'), 'pushed');
      expect(pushed.notice?.title).toEqual({ zh: '测试通知', en: 'Test notice' });
    }
    const { id } = here.find(({ type }) => type === 'notice')!.notice!;
    await api.post('/api/v1/notices/read', { ids: [id] }, await api.signIn('operator'));
    await until(() => there.find(({ type }) => type === 'notices-read'), 'read elsewhere');
    expect(there.find(({ type }) => type === 'notices-read')?.ids).toEqual([id]);
    // Its own arrives after any of the other's would have.
    await second.post('/api/v1/notices/test', {}, await second.signIn('safety'));
    // The demonstration tells this account of what falls due, too.
    const tests = () => other.filter(({ notice }) => notice?.title.en === 'Test notice');
    await until(() => tests().length > 0, 'its own');
    expect(tests()).toHaveLength(1);
    expect(other.filter(({ type }) => type === 'notices-read')).toHaveLength(0);
  });

  it('have a rate limit for tests, which go to any entered address', async () => {
    const keeper = await api.signIn('keeper');
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) {
      statuses.push((await api.post('/api/v1/notices/test', {}, keeper)).status);
    }
    expect(statuses.filter((status) => status === 202)).toHaveLength(10);
    expect(statuses.slice(-2)).toEqual([429, 429]);
    const other = await api.post('/api/v1/notices/test', {}, await api.signIn('buyer'));
    expect(other.status).toBe(202);
  });

  it('show read receipts to the person who caused them only', async () => {
    await api.post('/api/v1/notices/test', {}, await api.signIn('operator'));
    const id = (await list('operator')).items[0]!.id;
    const read = async (user: string) =>
      api.get(`/api/v1/notices/${id}/receipts`, await api.signIn(user));
    expect((await read('safety')).status).toBe(404);
    const receipts = async () =>
      (await (await read('operator')).json()) as { items: { readAt: string | null }[] };
    expect((await receipts()).items).toMatchObject([
      { user: { id: users.operator, displayName: { en: 'Li Zhiban' } }, readAt: null },
    ]);
    await api.post('/api/v1/notices/read', { ids: [id] }, await api.signIn('operator'));
    expect((await receipts()).items[0]!.readAt).toEqual(expect.any(String));
  });
});
