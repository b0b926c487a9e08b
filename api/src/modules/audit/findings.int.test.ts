import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookForUnusual } from '../../platform/audit/unusual/watch.ts';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { createNotices } from '../../platform/notices/notify.ts';
import { type AuditLine, type AuditWorld, openAuditWorld } from '../../testing/audit-world.ts';

let world: AuditWorld;
beforeAll(async () => {
  world = await openAuditWorld();
});
afterAll(() => world?.close());

describe('findings', () => {
  const zone = 'Asia/Shanghai';
  /** Eleven in the morning in Shanghai. */
  const now = new Date('2026-11-20T03:00:00.000Z');
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const look = () => {
    const units = createUnits({
      database: world.database,
      onError: (error) => pino().error(error),
    });
    const notices = createNotices({ written: () => {} });
    return lookForUnusual({ units, notices, tenant: 'demo', timeZone: zone }, now);
  };
  const found = async () =>
    (await world.admin.query('SELECT id, rule, subject, count FROM audit_finding ORDER BY id'))
      .rows as {
      id: string;
      rule: string;
      subject: string;
      count: number;
    }[];

  it('[SEC-09] names unusual use, and leaves the usual alone', async () => {
    // keeper exports thirty files an hour, every working day: that is the job.
    for (let day = 1; day <= 10; day++) {
      for (let i = 0; i < 30; i++) {
        await world.seed({ user: 'keeper', action: 'export', at: ago(day * 1440 + (i % 50)) });
      }
    }
    for (let i = 0; i < 30; i++) await world.seed({ user: 'keeper', action: 'export', at: ago(i) });
    // buyer never did, until now.
    for (let i = 0; i < 20; i++) {
      await world.seed({ user: 'buyer', action: 'reveal', at: ago(i * 2), entityId: `p-${i}` });
    }
    // operator works at night, maintainer does not.
    for (let day = 1; day <= 10; day++) {
      for (let i = 0; i < 6; i++) {
        await world.seed({ user: 'operator', action: 'update', at: ago(day * 1440 + 420 + i) });
        await world.seed({ user: 'maintainer', action: 'update', at: ago(day * 1440 + i) });
      }
    }
    for (let i = 0; i < 6; i++) {
      await world.seed({ user: 'operator', action: 'update', at: ago(420 + i) });
      await world.seed({ user: 'maintainer', action: 'update', at: ago(420 + i) });
    }
    for (let i = 0; i < 6; i++) {
      await world.seed({
        user: 'env',
        action: 'sign-in-failed',
        entity: 'user',
        entityId: await world.userId('env'),
        at: ago(i),
      });
    }
    await world.seed({
      user: 'manager',
      action: 'sign-in-failed',
      entity: 'user',
      entityId: await world.userId('manager'),
      at: ago(1),
    });
    for (let i = 0; i < 5; i++) {
      await world.seed({
        user: 'head.press',
        action: 'view',
        at: ago(i),
        address: `203.0.113.${i}`,
      });
    }
    for (let i = 0; i < 12; i++)
      await world.seed({ user: 'head.press', action: 'delete', at: ago(i) });

    const ids = await look();
    const all = await found();
    expect(ids).toHaveLength(all.length);
    const names = new Map<string, string>();
    for (const name of ['buyer', 'maintainer', 'env', 'head.press']) {
      names.set(await world.userId(name), name);
    }
    expect(
      all.map(({ rule, subject, count }) => [rule, names.get(subject) ?? subject, count]).sort(),
    ).toEqual([
      ['bulk-reading', 'buyer', 20],
      ['failed-sign-ins', 'env', 6],
      ['many-addresses', 'head.press', 6],
      ['mass-delete', 'head.press', 12],
      ['night', 'maintainer', 6],
    ]);
    // A second run creates no new finding; further use increases its count.
    expect(await look()).toEqual([]);
    await world.seed({ user: 'buyer', action: 'reveal', at: ago(0) });
    expect(await look()).toEqual([]);
    expect((await found()).find(({ rule }) => rule === 'bulk-reading')?.count).toBe(21);
  });

  it('show their audit rows, notify the auditors, and are closed by another user', async () => {
    const list = (await (
      await world.api.get('/api/v1/audit/findings?state=open', world.auditor)
    ).json()) as {
      items: { id: string; rule: string; text: { zh: string; en: string } }[];
      counts: { open: number };
    };
    expect(list.counts.open).toBe(5);
    const bulk = list.items.find(({ rule }) => rule === 'bulk-reading');
    expect(bulk?.text.en).toContain('buyer');
    const path = `/api/v1/audit/findings/${bulk?.id}`;
    const detail = (await (await world.api.get(path, world.auditor)).json()) as {
      lines: AuditLine[];
    };
    expect(detail.lines).toHaveLength(21);
    expect(detail.lines.every(({ action }) => action === 'reveal')).toBe(true);
    const told = await world.admin.query(
      `SELECT DISTINCT u.username FROM notice n JOIN notice_recipient r ON r.notice_id = n.id
       JOIN app_user u ON u.id = r.user_id WHERE n.kind = 'audit.finding' AND n.subject_id = $1`,
      [bulk?.id],
    );
    expect(told.rows.map(({ username }) => username)).toContain('auditor');
    const handled = await world.api.post(
      `${path}/handle`,
      { note: 'asked: stocktaking' },
      world.auditor,
    );
    expect(await handled.json()).toMatchObject({ handled: { note: 'asked: stocktaking' } });
    expect((await world.api.post(`${path}/handle`, { note: 'again' }, world.auditor)).status).toBe(
      409,
    );
    // One more of the same is no news after it was dealt with; a whole new run is.
    await world.seed({ user: 'buyer', action: 'reveal', at: ago(0) });
    expect(await look()).toEqual([]);
    for (let i = 0; i < 16; i++) await world.seed({ user: 'buyer', action: 'reveal', at: ago(0) });
    expect(await look()).toHaveLength(1);
  });

  it('go by the numbers of the tenant where it has its own', async () => {
    const put = (id: string, body: object) =>
      fetch(`${world.api.url}/api/v1/audit/rules/${id}`, {
        method: 'PUT',
        headers: { ...world.auditor, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await put('night', { active: true, params: { nonsense: 1 } })).status).toBe(400);
    expect((await put('nothing', { active: true, params: {} })).status).toBe(404);
    const changed = await put('mass-delete', { active: true, params: { minimum: 3 } });
    expect(await changed.json()).toMatchObject({ params: { minimum: 3 }, usual: { minimum: 10 } });
    for (let i = 0; i < 3; i++) await world.seed({ user: 'manager', action: 'delete', at: ago(i) });
    const [id] = await look();
    expect((await found()).find((one) => one.id === id)).toMatchObject({
      rule: 'mass-delete',
      count: 3,
    });
  });
});
