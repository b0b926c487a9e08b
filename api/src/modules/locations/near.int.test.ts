import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Account } from '../../platform/access/account.ts';
import { openPositionsWorld, type PositionsWorld } from '../../testing/positions-world.ts';
import { fixesNear } from './near.ts';

let world: PositionsWorld;
const people: string[] = [];
const BADGES = { E006: 'badge-w1', E011: 'badge-w2' };
/** In the time of the badges of the demonstration, at the begin of a span of five seconds. */
const T = Math.floor((Date.now() - 600_000) / 5_000) * 5_000;
const account: Account = {
  tenant: 'demo',
  id: '01J00000000000000000000000',
  username: 'looker',
  displayName: { zh: '看', en: 'Looker' },
  roles: [],
  permissions: new Map([['location:read', 'all']]),
  person: null,
  site: null,
  department: null,
  departments: [],
};

const near = (most?: number) =>
  world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
    fixesNear(tx, account, {
      areas: [],
      points: [{ floorPlan: 'hall', point: [4, 11] }],
      from: new Date(T),
      to: new Date(T + 60_000),
      ...(most !== undefined && { most }),
    }),
  );

/** A fix in each second of a minute of two people: of each five the third is the most certain. */
beforeAll(async () => {
  world = await openPositionsWorld();
  for (const [employeeNo, badge] of Object.entries(BADGES)) {
    const person = await world.personOf(employeeNo);
    people.push(person);
    await world.consent(person, 'badge-tracking', 'given');
    await world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      await tx.badge.updateMany({ where: { badge }, data: { since: new Date(T - 60_000) } });
      await tx.locationHistory.createMany({
        data: Array.from({ length: 60 }, (_, n) => ({
          tenantId: 'demo',
          providerType: 'uwb',
          providerId: badge,
          generatedAt: new Date(T + n * 1_000),
          source: 'hall',
          location: {},
          floorPlan: 'hall',
          x: 4,
          y: 11,
          radius: n % 5 === 2 ? 0.5 : 2,
        })),
      });
    });
  }
});
afterAll(() => world?.stop());

it('has of each person the most certain position in five seconds, in the order of time', async () => {
  const { fixes, more } = await near();
  expect(more).toBe(false);
  expect(fixes.map(({ at }) => at.getTime() - T)).toEqual(
    Array.from({ length: 12 }, (_, n) => [n * 5_000 + 2_000, n * 5_000 + 2_000]).flat(),
  );
  expect(new Set(fixes.map(({ radius }) => radius))).toEqual(new Set([0.5]));
});

it('leaves out the latest of all people alike where there are too many, and says so', async () => {
  const { fixes, more } = await near(10);
  expect(more).toBe(true);
  for (const person of people) {
    const own = fixes.filter((fix) => fix.person === person);
    expect(own.map(({ at }) => at.getTime() - T)).toEqual([2, 7, 12, 17, 22].map((s) => s * 1_000));
  }
  expect((await near(24)).more).toBe(false);
});
