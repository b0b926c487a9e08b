import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NoticeWorld, openNoticeWorld } from '../../../testing/notice-world.ts';

let world: NoticeWorld;
beforeAll(async () => {
  world = await openNoticeWorld();
});
afterAll(() => world?.close());

describe('group robots', () => {
  it('are called by severity and kind, signed, and their key is never returned', async () => {
    world.chat.answer = () => ({ status: 200, body: '{"errcode":0,"errmsg":"ok"}' });
    const secret = 'SECabc';
    const url = `${world.chat.url}/robot/send?access_token=top-secret`;
    const robot = { name: '安全群', format: 'dingtalk', url, secret };
    const added = await world.send('/notices/robots', robot, 'admin', 'POST');
    expect(added.status).toBe(201);
    const view = (await added.json()) as { id: string };
    expect(JSON.stringify(view)).not.toContain('top-secret');
    expect(view).toMatchObject({ name: '安全群', signed: true, severity: 'warning', on: true });

    const id = await world.notify({});
    await world.ended(id, 'robot', 'sent');
    const heard = world.chat.heard.filter(({ body }) => body.includes('整改任务'));
    expect(heard).toHaveLength(1);
    const asked = new URL(heard[0]!.path, world.chat.url).searchParams;
    expect(asked.get('sign')).toBe(
      createHmac('sha256', secret)
        .update(`${asked.get('timestamp')}\n${secret}`)
        .digest('base64'),
    );
    expect(await world.delivery(await world.notify({ severity: 'info' }), 'robot')).toBeNull();

    world.chat.answer = () => ({
      status: 200,
      body: '{"errcode":310000,"errmsg":"sign not match"}',
    });
    const test = await world.send(`/notices/robots/${view.id}/test`, {}, 'admin', 'POST');
    expect(await test.json()).toEqual({ result: 'failed', detail: 'refused with code 310000' });
    const failed = await world.notify({});
    expect((await world.ended(failed, 'robot', 'failed')).detail).toBe('refused with code 310000');

    await world.send(`/notices/robots/${view.id}`, { on: false }, 'admin', 'PATCH');
    expect(await world.delivery(await world.notify({}), 'robot')).toBeNull();
    const rows = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.auditLog.findMany({ where: { entity: 'notice-robot' } }),
    );
    expect(rows.map(({ action }) => action)).toEqual(['create', 'update']);
    expect(JSON.stringify(rows, (_, v) => (typeof v === 'bigint' ? `${v}` : v))).not.toContain(
      'top-secret',
    );
  });

  it('must not be internal, unless the installation allows it', async () => {
    const robot = { name: '内网', format: 'plain' };
    for (const url of [
      'http://10.0.0.1/admin',
      'http://169.254.169.254/latest/meta-data',
      'http://[::ffff:10.0.0.1]/',
      'https://user:password@example.org/',
      'file:///etc/passwd',
    ]) {
      const added = await world.send('/notices/robots', { ...robot, url }, 'admin', 'POST');
      expect([url, added.status]).toEqual([url, url.startsWith('file') ? 400 : 422]);
    }
    // A name is resolved at sending; redirects are not followed.
    world.chat.heard = [];
    world.chat.answer = (path) =>
      path === '/inner' ? { status: 200 } : { status: 307, headers: { location: '/inner' } };
    const away = await world.send(
      '/notices/robots',
      { ...robot, url: `${world.chat.url}/go` },
      'admin',
      'POST',
    );
    const { id } = (await away.json()) as { id: string };
    const test = await world.send(`/notices/robots/${id}/test`, {}, 'admin', 'POST');
    expect(await test.json()).toEqual({ result: 'failed', detail: 'answered 307' });
    expect(world.chat.heard.map(({ path }) => path)).toEqual(['/go']);
    expect((await world.send(`/notices/robots/${id}`, {}, 'admin', 'DELETE')).status).toBe(204);
    await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.noticeRobot.deleteMany(),
    );
  });
});
