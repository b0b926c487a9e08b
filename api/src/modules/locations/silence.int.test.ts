import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemCaller } from '../../platform/access/caller.ts';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { createNotices } from '../../platform/notices/notify.ts';
import { openPositionsWorld, type PositionsWorld } from '../../testing/positions-world.ts';
import { lookAtBadges } from './watch.ts';

let world: PositionsWorld;
const inTenant = <Result>(
  work: Parameters<typeof world.database.transaction<Result>>[1],
): Promise<Result> => world.database.transaction({ tenant: 'demo', user: null }, work);

/** Seconds of the clock of the test count from here. The loop of the running API sees no silence. */
const began = Date.now();
const at = (seconds: number) => new Date(began + seconds * 1_000);
const LATER = 10_000;

/** One look, by the clock of the test. */
const look = (seconds: number) =>
  createUnits({ database: world.database, onError: () => {} }).run(systemCaller('demo'), (unit) =>
    lookAtBadges(
      unit,
      { notices: createNotices({ written() {} }), settings: world.api.settings },
      { now: at(seconds), since: at(-3_600) },
    ),
  );
const told = async () =>
  (
    await inTenant((tx) =>
      tx.notice.findMany({ where: { kind: 'badge.silent' }, orderBy: { id: 'asc' } }),
    )
  ).map(({ title }) => (title as { en: string }).en);
/** Last heard at an instant, and before that each so many seconds. */
const heard = (badge: string, seconds: number, every = 30) =>
  inTenant((tx) =>
    tx.locationTag.updateMany({
      where: { badge },
      data: { heardAt: at(seconds), intervals: Array.from({ length: 10 }, () => every) },
    }),
  );

beforeAll(async () => {
  world = await openPositionsWorld();
  const people = await inTenant((tx) =>
    tx.person.findMany({
      where: { status: 'active', department: { site: 'changzhou-1' } },
      orderBy: { employeeNo: 'asc' },
      take: 8,
    }),
  );
  for (const [n, { id: personId }] of people.entries()) {
    const badge = `tag-${n + 1}`;
    await world.bind(personId, badge);
    const reader = n < 7 ? 'reader-1' : 'reader-2';
    await inTenant(async (tx) => {
      await tx.badge.updateMany({ where: { badge }, data: { since: at(-86_400) } });
      await tx.consent.create({
        data: {
          tenantId: 'demo',
          personId,
          purposeId: 'badge-tracking',
          noticeVersion: 1,
          scope: [],
          decision: 'given',
          how: 'desk',
          at: at(-86_400),
        },
      });
      await tx.locationTag.create({
        data: { tenantId: 'demo', badge, heardAt: at(LATER), source: `${reader}/antenna-1` },
      });
    });
    await heard(badge, LATER);
  }
});
afterAll(() => world?.stop());

describe('[POS-07] a silent badge, by the settings as shipped', () => {
  it('is told at 90 s, and those of its reader that follow are one notice a minute later', async () => {
    await heard('tag-1', 0);
    await look(89);
    expect(await told()).toEqual([]);
    await look(91);
    expect(await told()).toEqual([expect.stringContaining('is not heard')]);
    // The reader is down: the others follow, each at its own time.
    for (const n of [2, 3, 4, 5, 6]) await heard(`tag-${n}`, 3 * n);
    await heard('tag-8', 20);
    await look(112);
    // Of another reader: at once.
    expect(await told()).toHaveLength(2);
    await look(150);
    expect(await told()).toHaveLength(2);
    await look(152);
    expect(await told()).toEqual([
      expect.stringContaining('is not heard'),
      expect.stringContaining('is not heard'),
      '5 badges are not heard',
    ]);
  });

  it('is told later where its own interval is longer, and the page says when', async () => {
    await heard('tag-7', 1_000, 60);
    await look(1_119);
    expect(await told()).toHaveLength(3);
    await look(1_121);
    expect(await told()).toHaveLength(4);
    const { body } = await world.api.send<{
      items: { badge: string; silentAfterSeconds: number | null }[];
    }>('operator', 'GET', '/locations/badges?q=tag-');
    const limits = new Map(body.items.map((one) => [one.badge, one.silentAfterSeconds]));
    expect([limits.get('tag-7'), limits.get('tag-1')]).toEqual([120, 90]);
  });
});
