import { DateTime } from 'luxon';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Prisma } from '../../generated/prisma/client.ts';
import { usualCalendar } from '../../platform/calendar/definition.ts';
import { type FenceWorld, openFences, places } from '../../testing/fences.ts';
import { startApi, until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import type { AreaFence } from './schema.ts';
import { markDue } from './tracks.ts';

let world: FenceWorld;
beforeAll(async () => {
  world = await openFences();
  await makeUser(world.positions.database, 'office', ['qualification:manage@all']);
});
afterAll(() => world?.stop());

const HOUR_MS = 3_600_000;
/** Waits for the right of a stay that began after a time, ms: that of an earlier stay says nothing of it. */
const isAllowed = (badge: string, fenceId: string, after: number) =>
  until(
    async () =>
      (await world.tracks(badge)).some(({ fenceId: of, rights }) => {
        const last = rights.at(-1);
        return of === fenceId && last?.allowed && last.spell > after;
      }),
    `${badge} may be there`,
  );
async function fenceOn(area: string, changes: object): Promise<AreaFence> {
  const body = { ...world.body(area, 'entry'), ...changes };
  const made = await world.send<AreaFence>('safety', 'POST', '/area-fences', body);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  await world.sinceYesterday(made.body.id);
  return made.body;
}
const switchOff = ({ id, version }: AreaFence) =>
  world.send('safety', 'PATCH', `/area-fences/${id}`, { version, active: false });

describe('[POS-04] a right that ends inside', () => {
  it('by the end of an override, while one with the skill stays', async () => {
    await world.walk('badge-w2', places.cell, 8);
    const person = await world.positions.personOf('E006');
    const untilAt = await world.override(person, 'robot-cell', 6);
    await world.walk('badge-w1', places.cell, 8);
    await until(
      async () => (await world.tracks('badge-w1')).some(({ rights }) => rights.length > 0),
      'the right is decided',
    );
    expect(await world.events('badge-w1')).toEqual([]);
    const event = await world.eventOf('badge-w1', 'open');
    expect(Date.parse(event.begunAt)).toBe(untilAt.getTime());
    expect(await world.events('badge-w2')).toEqual([]);
  });

  it('by the end of a permit is an intrusion from that instant on', async () => {
    const fence = await fenceOn('rack-store', { permit: 'hot-work' });
    const person = await world.positions.personOf('E011');
    const toAt = new Date(Date.now() + 5_000);
    await world.inTenant((tx) =>
      tx.permit.create({
        data: {
          tenantId: 'demo',
          id: ulid(),
          kind: 'hot-work',
          title: 'welding a rack',
          areaId: 'rack-store',
          description: 'a rack is welded',
          people: [person],
          fromAt: new Date(Date.now() - HOUR_MS),
          toAt,
          applicantId: ulid(),
          approvedBy: ulid(),
          enteredAt: new Date(Date.now() - HOUR_MS),
          caseId: ulid(),
          flowVersion: 1,
          state: 'active',
          version: 1,
          assignees: [],
        },
      }),
    );
    const before = await world.walk('badge-w2', places.rack, 8);
    await isAllowed('badge-w2', fence.id, before);
    const event = await world.eventOf('badge-w2', 'open');
    expect(event.codes).toEqual(['no-permit']);
    expect(event.begunAt).toBe(toAt.toISOString());
    await switchOff(fence);
    expect(await world.eventOf('badge-w2', 'ended')).toMatchObject({ closedBy: 'inactive' });
  });

  it('by the working calendar, too', async () => {
    const today = DateTime.now().setZone('Asia/Shanghai');
    const open = async (hours: [string, string][]) => {
      const exceptions = [today, today.plus({ days: 1 })].map((day) => ({
        date: day.toISODate() as string,
        name: { zh: '测试', en: 'Test' },
        hours,
      }));
      const calendar = { ...usualCalendar, exceptions };
      await world.inTenant((tx) =>
        tx.workingCalendar.upsert({
          where: { tenantId: 'demo' },
          create: { tenantId: 'demo', calendar },
          update: { calendar },
        }),
      );
    };
    await open([['00:00', '24:00']]);
    const hours = { by: 'calendar', while: 'working' };
    const fence = await fenceOn('rack-store', { hours });
    const begun = Date.now();
    const before = await world.walk('badge-w1', places.rack, 8);
    await isAllowed('badge-w1', fence.id, before);
    await open([]);
    // The calendar is read again each minute: this minute is over.
    await world.inTenant((tx) => markDue(tx, Prisma.sql`t.fence_id = ${fence.id}`));
    const event = await world.eventOf('badge-w1', 'open');
    expect(event.codes).toEqual(['outside-hours']);
    expect(Date.parse(event.begunAt)).toBeGreaterThanOrEqual(begun);
    await switchOff(fence);
  });

  it('by a qualification that is revoked', async () => {
    const { id } = await world.fenceOf('robot-cell');
    const person = await world.positions.personOf('E011');
    const before = await world.walk('badge-w2', places.cell, 8);
    await isAllowed('badge-w2', id, before);
    const skill = await world.inTenant((tx) =>
      tx.qualification.findFirstOrThrow({ where: { personId: person, category: 'robot-cell' } }),
    );
    const revokedAt = Date.now();
    const answer = await world.send('office', 'POST', `/qualifications/${skill.id}/revoke`, {
      version: skill.version,
      reason: 'as reported',
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    const event = await world.eventOf('badge-w2', 'open');
    expect(event).toMatchObject({ codes: ['not-qualified'], area: { id: 'robot-cell' } });
    expect(Date.parse(event.begunAt)).toBeGreaterThanOrEqual(revokedAt - 1_000);
  });
});

describe('positions', () => {
  it('[POS-04] by GPS count by the reference points of the plan', async () => {
    const at = (x: number, y: number) => ({
      latitude: 31 + y / 110_860,
      longitude: 121 + x / (111_320 * Math.cos((31 * Math.PI) / 180)),
    });
    const corners = [
      [0, 0],
      [28, 0],
      [0, 16],
    ] as const;
    const points = corners.map(([x, y]) => ({ ...at(x, y), x, y }));
    const path = '/plan-references/hall';
    const set = await world.send('admin', 'PUT', path, { points, version: 0 });
    expect(set.status, JSON.stringify(set.body)).toBe(200);
    const first = Date.now() - 20_000;
    const { latitude, longitude } = at(...places.cell);
    for (let n = 0; n < 8; n++) {
      await world.positions.fix('badge-gps', {
        provider_type: 'gps',
        crs: 'EPSG:4326',
        position: { type: 'Point', coordinates: [longitude, latitude] },
        accuracy: 3,
        timestamp_generated: new Date(first + n * 1_000).toISOString(),
      });
    }
    const event = await world.eventOf('badge-gps', 'open');
    expect(event).toMatchObject({ area: { id: 'robot-cell' }, codes: ['unknown-badge'] });
    expect(Math.abs(Date.parse(event.begunAt) - first)).toBeLessThan(3_000);
  });
});

describe('two processes', () => {
  it('[POS-04] make one event of one stay, tell it once, and go on where one of them stops', async () => {
    const { site, api } = world.positions;
    const other = await startApi(site, api.settings.databaseUrl);
    const opened = async (id: string) => ({
      events: await world.inTenant((tx) =>
        tx.outboxEvent.count({
          where: { subject: id, type: { startsWith: 'cn.anshi.fence-event.opened' } },
        }),
      ),
      notices: (await world.noticesOf('safety')).filter((link) => link === `/area-fences/${id}`)
        .length,
    });
    let event: Awaited<ReturnType<FenceWorld['eventOf']>>;
    try {
      // Many at once, so that both have work.
      const crowd = Array.from({ length: 6 }, (_, n) => `crowd-${n}`);
      for (const badge of crowd) await world.walk(badge, places.cell, 8);
      await world.walk('badge-w3', places.cell, 8);
      event = await world.eventOf('badge-w3', 'open');
      for (const badge of crowd) await world.eventOf(badge, 'open');
      await world.settled((await world.fenceOf('robot-cell')).id);
      const counts = await world.inTenant((tx) =>
        tx.fenceEvent.groupBy({ by: ['badge'], where: { badge: { in: crowd } }, _count: true }),
      );
      expect(counts.map(({ _count }) => _count)).toEqual(crowd.map(() => 1));
      expect(await opened(event.id)).toEqual({ events: 1, notices: 1 });
    } finally {
      await other.stop();
    }
    await world.walk('badge-w3', places.outside, 8);
    expect(await world.eventOf('badge-w3', 'ended')).toMatchObject({ id: event.id });
  });
});
