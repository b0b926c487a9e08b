import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '../../platform/db/ids.ts';
import { openPositionsWorld, type PositionsWorld } from '../../testing/positions-world.ts';
import { until } from '../../testing/site.ts';
import { absentWearers } from './absent.ts';

let world: PositionsWorld;
/** Of the badge that is walked about, and of one that lies in a locker. */
let person: string;
let other: string;
const [BADGE, LYING] = ['badge-w2', 'badge-w1'];
const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const inTenant = <Result>(
  work: Parameters<typeof world.database.transaction<Result>>[1],
): Promise<Result> => world.database.transaction({ tenant: 'demo', user: null }, work);

beforeAll(async () => {
  world = await openPositionsWorld();
  [person, other] = [await world.personOf('E011'), await world.personOf('E006')];
  for (const one of [person, other]) {
    await world.consent(one, 'badge-tracking', 'given');
    // No position clocks them in.
    await world.consent(one, 'attendance-position', 'refused');
  }
  await inTenant((tx) => tx.clockEvent.deleteMany());
});
afterAll(() => world?.stop());

const conditions = async () => {
  const path = '/locations/conditions?limit=50';
  const { body } = await world.api.send<{
    items: { badge: string; kind: string; person: { id: string } | null }[];
  }>('operator', 'GET', path);
  return body.items.filter(({ badge }) => [BADGE, LYING].includes(badge));
};
const titles = () =>
  inTenant(async (tx) =>
    (await tx.notice.findMany({ where: { kind: 'badge.odd' } })).map(
      ({ title }) => (title as { en: string }).en,
    ),
  );
const clock = (personId: string, direction: 'in' | 'out', minutesAgo: number) =>
  inTenant((tx) =>
    tx.clockEvent.createMany({
      data: [
        {
          tenantId: 'demo',
          id: newId(),
          personId,
          site: 'changzhou-1',
          direction,
          source: 'import',
          at: new Date(Date.now() - minutesAgo * MINUTE_MS),
        },
      ],
    }),
  );
let sentAt = 0;
/** A fix of each, twice a second at most: one walks along the hall at a metre a second. */
async function send(): Promise<void> {
  const at = Date.now();
  if (at - sentAt < 500) return;
  sentAt = at;
  for (const [badge, x] of [
    [BADGE, 1 + ((at / 1_000) % 28)],
    [LYING, 5],
  ] as const) {
    await world.fix(badge, { position: { type: 'Point', coordinates: [x, 4] }, accuracy: 0.5 });
  }
}
const becomes = (kinds: string[]) =>
  until(
    async () => {
      await send();
      const found = (await conditions()).map(({ kind }) => kind);
      return JSON.stringify(found.sort()) === JSON.stringify(kinds);
    },
    `conditions ${kinds.join(', ') || 'none'}`,
    120_000,
  );
/** What a look at the badges finds. */
const absent = (attendance = true) =>
  inTenant((tx) =>
    absentWearers(tx, { now: new Date(), seconds: 60, timeZone: 'Asia/Shanghai', attendance }),
  );
const kinds = async (attendance = true) =>
  (await absent(attendance)).filter(({ badge }) => badge === BADGE).map(({ kind }) => kind);
const lastDay = (days: number | null) =>
  inTenant((tx) =>
    tx.person.updateMany({
      where: { id: person },
      data: { validUntil: days === null ? null : new Date(Date.now() + days * DAY_MS) },
    }),
  );

it('a badge that moves while its wearer has clocked out is told once, until the wearer clocks in; one that lies is not', async () => {
  for (const one of [person, other]) await clock(one, 'out', 60);
  await becomes(['clocked-out']);
  expect(await conditions()).toMatchObject([{ badge: BADGE, person: { id: person } }]);
  expect((await absent()).map(({ badge }) => badge)).toContain(LYING);
  const told = async () =>
    (await titles()).filter((one) => one.endsWith('has clocked out, and the badge moves'));
  await until(async () => (await told()).length > 0, 'it is told');
  await clock(person, 'in', 1);
  await becomes([]);
  expect(await told()).toHaveLength(1);
}, 300_000);

it('a wearer is on the way out for a quarter of an hour, and clock-outs count only where attendance is in use', async () => {
  await send();
  expect(await kinds()).toEqual([]);
  await clock(person, 'out', 0);
  expect(await kinds()).toEqual([]);
  await inTenant((tx) => tx.clockEvent.deleteMany());
  await clock(person, 'out', 20);
  await until(async () => {
    await send();
    return (await kinds()).length > 0;
  }, 'it is heard after the way out');
  expect(await kinds()).toEqual(['clocked-out']);
  expect(await kinds(false)).toEqual([]);
  await inTenant((tx) => tx.clockEvent.deleteMany());
  await clock(person, 'out', 17 * 60);
  expect(await kinds()).toEqual([]);
});

it('a badge that is read after the last day of its wearer or of the supplier is told, until the day is extended', async () => {
  await lastDay(-2);
  await becomes(['contract-over']);
  await until(
    async () => (await titles()).some((one) => one.includes('beyond the last day of the contract')),
    'it is told',
  );
  await lastDay(2);
  expect(await kinds()).toEqual([]);
  // The contract of the supplier counts as well.
  await inTenant(async (tx) => {
    const supplier = await tx.supplier.findFirstOrThrow();
    const where = { id: supplier.id };
    const contractUntil = new Date(Date.now() - 2 * DAY_MS);
    await tx.supplier.updateMany({ where, data: { contractUntil } });
    const data = { supplierId: supplier.id, kind: 'contractor' };
    await tx.person.updateMany({ where: { id: person }, data });
  });
  await send();
  expect(await kinds()).toEqual(['contract-over']);
}, 300_000);

it('of a wearer who does not agree to be followed nothing is said', async () => {
  expect(await kinds()).toEqual(['contract-over']);
  await world.consent(person, 'badge-tracking', 'withdrawn');
  await send();
  expect(await kinds()).toEqual([]);
});
