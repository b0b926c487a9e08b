import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Prisma } from '../../generated/prisma/client.ts';
import { type FenceWorld, openFences, places } from '../../testing/fences.ts';
import { until } from '../../testing/site.ts';
import type { AreaFence } from './schema.ts';
import { markDue } from './tracks.ts';
import { takeFixes } from './watch.ts';

let world: FenceWorld;
beforeAll(async () => {
  world = await openFences();
});
afterAll(() => world?.stop());

async function change(area: string, changes: object): Promise<AreaFence> {
  const { id, version } = await world.fenceOf(area);
  const { status, body } = await world.send<AreaFence>('safety', 'PATCH', `/area-fences/${id}`, {
    version,
    ...changes,
  });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}
const eventsAt = (fenceId: string) =>
  world.inTenant((tx) => tx.fenceEvent.findMany({ where: { fenceId }, orderBy: { id: 'asc' } }));

describe('a fence that is changed', () => {
  it('keeps what happened: another name, another severity, a longer dwell', async () => {
    const { id } = await world.fenceOf('robot-cell');
    await world.walk('badge-w1', places.cell, 8);
    await world.eventOf('badge-w1', 'open');
    await world.walk('badge-w1', places.outside, 8);
    await world.eventOf('badge-w1', 'ended');
    await world.walk('badge-w3', places.cell, 8);
    await world.eventOf('badge-w3', 'open');
    // Older than what is known of the badges now, as on a long shift.
    const long = new Date(Date.now() - 14 * 60_000);
    await world.inTenant((tx) =>
      tx.fenceEvent.updateMany({ where: { fenceId: id, state: 'open' }, data: { begunAt: long } }),
    );
    const before = await eventsAt(id);
    await change('robot-cell', { name: { zh: '机器人', en: 'Robots' }, severity: 'info' });
    await world.inUse(id);
    await world.settled(id);
    expect(await eventsAt(id)).toEqual(before);
    await change('robot-cell', { dwellSeconds: 3600 });
    expect(await world.eventOf('badge-w3', 'ended')).toMatchObject({ closedBy: 'inactive' });
    await world.settled(id);
    const states = (await eventsAt(id)).map(({ state }) => state);
    expect(states).toEqual(['ended', 'ended']);
    await change('robot-cell', { dwellSeconds: 3 });
  });

  it('[POS-04] asks its new rule from now on: who was allowed in is not wrong before', async () => {
    await world.walk('badge-w2', places.cell, 8);
    await until(
      async () => (await world.tracks('badge-w2')).some(({ rights }) => rights.at(-1)?.allowed),
      'E011 may be here',
    );
    const { id: post } = await world.inTenant((tx) =>
      tx.post.findFirstOrThrow({
        where: { holdings: { none: { person: { employeeNo: 'E011' } } } },
      }),
    );
    const changedAt = Date.now();
    await change('robot-cell', { posts: [post] });
    const event = await world.eventOf('badge-w2', 'open');
    expect(Date.parse(event.begunAt)).toBeGreaterThanOrEqual(changedAt - 1_000);
    await change('robot-cell', { posts: [] });
    expect(await world.eventOf('badge-w2', 'ended')).toMatchObject({ closedBy: 'allowed' });
  });

  it('watches the new outline of its area from now on, and ends what was by the old one', async () => {
    const { id } = await world.fenceOf('robot-cell');
    await world.walk('badge-w1', places.cell, 8);
    const before = await world.eventOf('badge-w1', 'open');
    await world.walk('badge-a1', places.outside, 8);
    await world.stored('badge-a1');
    const area = await world.inTenant((tx) =>
      tx.area.findFirstOrThrow({ where: { id: 'robot-cell' } }),
    );
    const { site, floorPlan, name, kind, departmentId } = area;
    const polygon = [
      [10, 2],
      [14, 2],
      [14, 6],
      [10, 6],
    ];
    const movedAt = Date.now();
    const body = { site, floorPlan, name, kind, departmentId, polygon };
    expect((await world.send('admin', 'PUT', '/areas/robot-cell', body)).status).toBeLessThan(300);
    const event = await world.eventOf('badge-a1', 'open');
    expect(Date.parse(event.begunAt)).toBeGreaterThanOrEqual(movedAt);
    await world.inUse(id);
    await world.settled(id);
    const now = await eventsAt(id);
    expect(now.find((one) => one.id === before.id)).toMatchObject({ closedBy: 'inactive' });
    expect(now.map(({ state }) => state)).not.toContain('withdrawn');
  });
});

describe('a fact that changes', () => {
  it('is not put off by a fix that comes before it was looked at', async () => {
    const { badge } = await world.inTenant((tx) => tx.fenceTrack.findFirstOrThrow());
    const at = Date.now();
    // In one transaction, so that no process looks at it between.
    const dueAt = await world.inTenant(async (tx) => {
      await markDue(tx, Prisma.sql`t.badge = ${badge}`);
      await takeFixes(tx, 'demo', [
        {
          badge,
          before: null,
          now: null as never,
          fixes: [
            {
              fix: {
                at: at + 1_000,
                receivedAt: at + 1_000,
                claimedAt: null,
                isDouble: false,
                source: 'hall',
                battery: null,
                place: { floorPlan: 'hall', x: 12, y: 12, radius: 0.5, area: null },
              },
              flags: [],
              location: { provider_type: 'uwb' },
            } as never,
          ],
        },
      ]);
      return (await tx.fenceTrack.findFirstOrThrow({ where: { badge } })).dueAt;
    });
    expect(dueAt?.getTime()).toBeLessThanOrEqual(Date.now());
  });
});
