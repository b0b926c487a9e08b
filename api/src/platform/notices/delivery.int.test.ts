import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NoticeWorld, openNoticeWorld } from '../../testing/notice-world.ts';
import { startApi, until } from '../../testing/site.ts';

let world: NoticeWorld;
beforeAll(async () => {
  world = await openNoticeWorld();
});
afterAll(() => world?.close());

describe('quiet hours', () => {
  it('defer non-critical notices, and send one digest afterwards', async () => {
    const minute = (from: number) =>
      new Date(Date.now() + from * 60_000).toISOString().slice(11, 16);
    const quiet = { from: minute(-60), to: minute(120) };
    const choices = [{ kind: '*', channel: 'email', on: true }];
    await world.prefer({ timeZone: 'UTC', quiet, choices });
    const one = await world.notify({ title: { zh: '第一条', en: 'First' } });
    const two = await world.notify({ title: { zh: '第二条', en: 'Second' } });
    const held = await world.ended(one, 'email', 'held');
    await world.ended(two, 'email', 'held');
    expect(held.nextAt.getTime()).toBeGreaterThan(Date.now() + 110 * 60_000);
    const urgent = await world.notify({ severity: 'critical', title: { zh: '泄漏', en: 'Leak' } });
    await world.ended(urgent, 'email', 'sent');

    // The morning: quiet hours are over, and deferred deliveries are due.
    await world.prefer({ timeZone: 'UTC', quiet: null });
    await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.noticeDelivery.updateMany({ where: { state: 'held' }, data: { nextAt: new Date(0) } }),
    );
    await world.wake();
    await world.ended(one, 'email', 'sent');
    await world.ended(two, 'email', 'sent');
    const digests = world.mailBox.mails.filter(({ mail }) => mail.messageId?.includes('digest'));
    expect(digests).toHaveLength(1);
    expect(digests[0]!.mail.subject).toBe('免打扰期间有 2 条通知');
    expect(digests[0]!.mail.text).toMatch(/第一条[\s\S]*第二条/);
  });
});
describe('channels', () => {
  it('report missing configuration, and why a notice was not sent', async () => {
    const fresh = await world.site.seededDatabase();
    const plain = await startApi(world.site, fresh.appUrl);
    const admin = await plain.signIn('admin');
    const answer = await plain.get('/api/v1/notices/channels', admin);
    expect(await answer.json()).toMatchObject({
      channels: [
        { id: 'app', configured: true },
        { id: 'push', configured: true },
        { id: 'email', configured: false, lacks: { en: expect.stringContaining('SMTP') } },
      ],
    });
    await plain.post('/api/v1/notices/test', {}, admin);
    const channels = async () =>
      (await (await plain.get('/api/v1/notices/channels', admin)).json()) as { lastDay: object[] };
    await until(async () => (await channels()).lastDay.length === 2, 'both are settled');
    const lastDay = await until(async () => {
      const found = (await channels()).lastDay as { state: string }[];
      return found.every(({ state }) => state === 'skipped') ? found : null;
    }, 'skipped');
    expect(lastDay).toHaveLength(2);
    await plain.stop();
  });

  it('follow the tenant’s rules where a person has no preference', async () => {
    const kinds = async (user: string, path: string) => {
      const read = (await (await world.api.get(path, await world.api.signIn(user))).json()) as {
        kinds: { id: string; channels: { push: object } }[];
      };
      return read.kinds.find(({ id }) => id === 'hazard.closed')?.channels.push;
    };
    expect(await kinds('safety', '/api/v1/notices/preferences')).toEqual({
      on: true,
      from: 'default',
    });
    const choices = [{ kind: 'hazard.closed', channel: 'push', on: false }];
    expect((await world.send('/notices/rules', { choices }, 'admin')).status).toBe(200);
    expect(await kinds('safety', '/api/v1/notices/preferences')).toEqual({
      on: false,
      from: 'tenant',
    });
    const back = [{ kind: 'hazard.closed', channel: 'push', on: null }];
    await world.send('/notices/rules', { choices: back }, 'admin');
    expect(await kinds('admin', '/api/v1/notices/rules')).toEqual({ on: true, from: 'default' });
    expect((await world.send('/notices/rules', { choices }, 'operator')).status).toBe(403);
  });
});
