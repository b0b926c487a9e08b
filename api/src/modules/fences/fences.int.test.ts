import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FenceWorld, openFences, places } from '../../testing/fences.ts';
import { until } from '../../testing/site.ts';
import type { AreaFence, FenceEventView } from './schema.ts';

let world: FenceWorld;
beforeAll(async () => {
  world = await openFences();
});
afterAll(() => world?.stop());

describe('a fence that keeps out', () => {
  it('takes back what a late position shows to be wrong, and leaves it in the list', async () => {
    const at = Date.now() - 40_000;
    const fix = (second: number, place: readonly [number, number]) =>
      world.fixAt('badge-a2', at + second * 1000, place);
    for (const second of [0, 1, 2]) await fix(second, places.outside);
    for (const second of [3, 5, 7]) await fix(second, places.cell);
    await world.eventOf('badge-a2', 'open');
    // It was outside between the reads: they were reflections.
    for (const second of [3.5, 4, 4.5, 5.3, 5.6, 6, 6.5, 7.2, 7.5, 8, 9, 10]) {
      await fix(second, places.outside);
    }
    expect(await world.eventOf('badge-a2', 'withdrawn')).toMatchObject({ closedBy: 'late-fix' });
  });

  it('[POS-05] is there for chemical stores and high-risk machining from the first day on', async () => {
    const seeded = await world.fences();
    expect(
      seeded.filter(({ byKind }) => byKind).map(({ areaId, areaKind }) => [areaId, areaKind]),
    ).toEqual([
      ['chemical-store', 'chemical-storage'],
      ['robot-cell', 'high-risk-machining'],
    ]);
    const area = {
      site: 'changzhou-1',
      floorPlan: 'hall',
      name: { zh: '油品间', en: 'Oil store' },
      kind: 'chemical-storage',
      departmentId: 'warehouse',
      polygon: [
        [1, 20],
        [6, 20],
        [6, 26],
        [1, 26],
      ],
    };
    const { status } = await world.send('admin', 'PUT', '/areas/oil-store', area);
    expect(status).toBeLessThan(300);
    await until(
      async () => (await world.fences()).some(({ areaId }) => areaId === 'oil-store'),
      'the area has its fence',
    );
    // A badge without a wearer: an event without a person.
    await world.walk('badge-unknown', [3, 23], 8);
    const event = await world.eventOf('badge-unknown', 'open');
    expect(event).toMatchObject({
      area: { id: 'oil-store' },
      person: null,
      anonymous: false,
      codes: ['unknown-badge'],
    });
  });

  it('[POS-04] notifies those in charge and the wearer within two seconds of the dwell', async () => {
    const { dwellSeconds } = await world.fenceOf('robot-cell');
    let [event, late] = [null as FenceEventView | null, Number.POSITIVE_INFINITY];
    // Other programs may hold one of them up.
    for (let visit = 0; visit < 3 && late >= 2_000; visit++) {
      const begun = Date.now();
      const sent = world.live('badge-w3', places.cell, 6);
      event = await world.eventOf('badge-w3', 'open');
      late = Date.parse(event.openedAt) - Date.parse(event.begunAt) - dwellSeconds * 1000;
      expect(Date.parse(event.begunAt)).toBeGreaterThan(begun - 2_000);
      await sent;
      await world.live('badge-w3', places.outside, 3);
      await world.eventOf('badge-w3', 'ended');
    }
    expect(late).toBeLessThan(2_000);
    if (!event) return;
    expect(event).toMatchObject({ kind: 'entry', codes: ['not-qualified'], certainty: 'heard' });
    const first = (await world.events('badge-w3')).at(-1) as FenceEventView;
    for (const [user, link] of [
      ['safety', `/area-fences/${first.id}`],
      ['leader', `/me/fences/${first.id}`],
    ] as const) {
      await until(async () => (await world.noticesOf(user)).includes(link), `${user} is notified`);
    }
    expect(await world.eventOf('badge-w3', 'ended')).toMatchObject({ closedBy: 'left' });
  });

  it('counts who is inside when it is switched on', async () => {
    // In two hours, at the plant.
    const hour = String((new Date().getUTCHours() + 8 + 2) % 24).padStart(2, '0');
    const hours = { by: 'shift', from: `${hour}:00`, to: `${hour}:30` };
    const body = { ...world.body('rack-store', 'entry'), hours };
    const made = await world.send<AreaFence>('safety', 'POST', '/area-fences', body);
    expect(made.status).toBe(201);
    const off = { version: made.body.version, active: false };
    const path = `/area-fences/${made.body.id}`;
    const { body: changed } = await world.send<AreaFence>('safety', 'PATCH', path, off);
    await world.walk('badge-lent-1', places.rack, 5);
    expect(await world.events('badge-lent-1')).toEqual([]);
    const on = { version: changed.version, active: true };
    const { body: active } = await world.send<AreaFence>('safety', 'PATCH', path, on);
    const event = await world.eventOf('badge-lent-1', 'open');
    expect(event.codes).toContain('outside-hours');
    expect(event.begunAt).toBe(active.activeSince);
  });
});

describe('a fence that people must not leave', () => {
  it('[POS-06] notices who leaves the area that they are assigned to, and no silence', async () => {
    const person = await world.positions.personOf('E011');
    const body = { ...world.body('assembly-area', 'stay'), assigned: true, dwellSeconds: 3 };
    const made = await world.send<AreaFence>('safety', 'POST', '/area-fences', body);
    expect(made.status).toBe(201);
    await world.sinceYesterday(made.body.id);
    await world.assign(person, 'assembly-area');
    await world.walk('badge-w2', [15.5, 13.5], 6);
    await until(
      async () => (await world.tracks('badge-w2')).some(({ fenceId }) => fenceId === made.body.id),
      'the badge is known at the fence',
    );
    expect(await world.events('badge-w2')).toEqual([]);
    await world.walk('badge-w2', places.outside, 8);
    const event = await world.eventOf('badge-w2', 'open');
    expect(event).toMatchObject({ kind: 'stay', codes: ['left-place'] });
    await until(
      async () => (await world.noticesOf('safety')).includes(`/area-fences/${event.id}`),
      'those in charge are notified',
    );
    await world.walk('badge-w2', [15.5, 13.5], 6);
    expect(await world.eventOf('badge-w2', 'ended')).toMatchObject({ closedBy: 'left' });
  });
});
