import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPositionsWorld, type PositionsWorld } from '../../testing/positions-world.ts';
import { until } from '../../testing/site.ts';

let world: PositionsWorld;
beforeAll(async () => {
  world = await openPositionsWorld();
});
afterAll(() => world?.stop());

const conditions = async (user: string) => {
  const path = '/locations/conditions?limit=50';
  const { body } = await world.api.send<{
    items: { badge: string; kind: string; person: { id: string } | null }[];
  }>(user, 'GET', path);
  return body.items;
};

it('a badge that was never given to a person, and moves, is told; the tag of a vehicle is not', async () => {
  let sentAt = 0;
  /** Both walk along the hall, at a metre a second. */
  const walk = async (...badges: string[]) => {
    const at = Date.now();
    if (at - sentAt < 500) return;
    sentAt = at;
    for (const [n, badge] of badges.entries()) {
      const coordinates: [number, number] = [1 + ((at / 1_000) % 28), 4 + n * 5];
      await world.fix(badge, { position: { type: 'Point', coordinates }, accuracy: 0.5 });
    }
  };
  const tag = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.vehicleTag.findFirstOrThrow({ where: { until: null } }),
  );
  const found = await until(
    async () => {
      await walk('never-given', tag.tag);
      const all = await conditions('operator');
      return all.find(({ badge }) => badge === 'never-given');
    },
    'it is listed',
    60_000,
  );
  expect(found).toMatchObject({ kind: 'unbound', person: null });
  expect((await conditions('operator')).map(({ badge }) => badge)).not.toContain(tag.tag);
  // Bound to a person, it is a badge as others are.
  await world.bind(await world.personOf('E010'), 'never-given');
  await until(
    async () => (await conditions('operator')).every(({ badge }) => badge !== 'never-given'),
    'it is over',
    30_000,
  );
}, 120_000);
