import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FenceWorld, openFences, places } from '../../testing/fences.ts';
import { until } from '../../testing/site.ts';
import type { AreaFence } from '../fences/schema.ts';
import { isAccompanied } from './escort.ts';

let world: FenceWorld;
const [VISITOR, HOST] = ['visitor-01', 'badge-host'];

beforeAll(async () => {
  world = await openFences();
  const yesterday = new Date(Date.now() - 86_400_000);
  // The visitor of the demonstration who is on site, in an area with an escort; the host has a badge.
  await world.inTenant(async (tx) => {
    const worn = await tx.badge.findFirstOrThrow({ where: { badge: VISITOR, until: null } });
    const areas = [{ area: 'rack-store', escorted: true }];
    await tx.visit.updateMany({ where: { personId: worn.personId }, data: { areas } });
    const host = await tx.person.findFirstOrThrow({ where: { employeeNo: 'E002' } });
    const own = { tenantId: 'demo', personId: host.id };
    await tx.badge.createMany({
      data: [{ ...own, id: '01KSZ0000000000000000000HB', badge: HOST, since: yesterday }],
    });
    await tx.consent.createMany({
      data: [
        {
          ...own,
          purposeId: 'badge-tracking',
          noticeVersion: 1,
          scope: [],
          decision: 'given',
          how: 'desk',
          at: yesterday,
        },
      ],
    });
  });
});
afterAll(() => world?.stop());

const isIn = (badge: string, inside: boolean) =>
  until(
    async () => {
      const row = await world.inTenant((tx) => tx.locationTag.findFirst({ where: { badge } }));
      return (row?.areas.includes('rack-store') ?? false) === inside;
    },
    `${badge} is ${inside ? 'inside' : 'outside'}`,
  );

describe('a visitor at a fence of an area with an escort', () => {
  it('[POS-04] is no event while the host is in the area, and one once the host has left', async () => {
    const body = world.body('rack-store', 'entry');
    const made = await world.send<AreaFence>('safety', 'POST', '/area-fences', body);
    expect(made.status).toBe(201);
    await world.sinceYesterday(made.body.id);
    await world.walk(HOST, places.rack, 6);
    await isIn(HOST, true);
    await world.walk(VISITOR, places.rack, 8);
    await until(
      async () => (await world.tracks(VISITOR)).some(({ rights }) => rights.length > 0),
      'the right of the visitor is decided',
    );
    await world.settled(made.body.id);
    expect(await world.events(VISITOR)).toEqual([]);
    // A host of whom nothing is heard any more is not known to be there.
    const accompanied = await world.inTenant(async (tx) => {
      const { personId } = await tx.badge.findFirstOrThrow({
        where: { badge: VISITOR, until: null },
      });
      const heard = (ago: number) => ({ heardAt: new Date(Date.now() - ago) });
      const found: boolean[] = [];
      for (const ago of [10 * 60_000, 0]) {
        await tx.locationTag.updateMany({ where: { badge: HOST }, data: heard(ago) });
        found.push(await isAccompanied(tx, personId, 'rack-store'));
      }
      return found;
    });
    expect(accompanied).toEqual([false, true]);
    await world.walk(HOST, places.outside, 6);
    await isIn(HOST, false);
    expect(await world.eventOf(VISITOR, 'open')).toMatchObject({ codes: ['ask-supervisor'] });
  });
});
