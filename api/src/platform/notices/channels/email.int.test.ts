import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NoticeWorld, openNoticeWorld } from '../../../testing/notice-world.ts';
import { until } from '../../../testing/site.ts';

let world: NoticeWorld;
beforeAll(async () => {
  world = await openNoticeWorld();
});
afterAll(() => world?.close());

describe('e-mail', () => {
  it('is sent once in the person’s language, with two sending processes', async () => {
    await world.prefer({ choices: [{ kind: 'hazard.assigned', channel: 'email', on: true }] });
    await world.second.post('/api/v1/notices/test', {}, await world.second.signIn('admin'));
    const id = await world.notify({ title: { zh: '压机护罩缺失', en: 'Guard missing' } });
    await world.ended(id, 'email', 'sent');
    const mine = world.mailBox.mails.filter(({ mail }) => mail.messageId?.includes(id));
    expect(mine).toHaveLength(1);
    expect(mine[0]).toMatchObject({ to: 'operator@plant.example' });
    const { mail } = mine[0]!;
    expect(mail.subject).toBe('[警告] 压机护罩缺失');
    expect(mail.from?.text).toContain('notice@anshi.example');
    expect(mail.text).toContain('冲压区地面有油');
    expect(mail.html).toContain('href="https://anshi.example/hazards/1"');
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  });

  it('is retried after a transient error, and not after a permanent one', async () => {
    world.mailBox.refusal = { code: 451, times: 1 };
    const later = await world.notify({});
    const row = await until(async () => {
      const one = await world.delivery(later, 'email');
      return one?.state === 'waiting' && one.attempts === 1 ? one : null;
    }, 'it waits');
    expect(row.detail).toContain('not now');
    world.mailBox.refusal = null;
    await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.noticeDelivery.updateMany({ where: { noticeId: later }, data: { nextAt: new Date() } }),
    );
    await world.wake();
    expect((await world.ended(later, 'email', 'sent')).attempts).toBe(2);
    world.mailBox.refusal = { code: 554, times: 1 };
    const never = await world.notify({});
    expect((await world.ended(never, 'email', 'failed')).attempts).toBe(1);
    world.mailBox.refusal = null;
  });

  it('has a sealed address, and is skipped with a reason without one', async () => {
    const [row] = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.noticeProfile.findMany({ where: { userId: world.users.operator! } }),
    );
    expect(row?.email).toMatch(/^s1:person:/);
    await world.prefer({ email: null });
    const id = await world.notify({});
    expect((await world.ended(id, 'email', 'skipped')).detail).toBe('no-address');
  });
});
