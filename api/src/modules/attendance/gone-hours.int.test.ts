import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AttendanceWorld, openAttendance } from '../../testing/attendance.ts';
import { until } from '../../testing/site.ts';

/** How long a badge may be silent before its wearer counts as gone is a setting of each site. */
let world: AttendanceWorld;
const HOUR_MS = 3_600_000;
const QUICK = 'quick-site';
const TRACKED = ['badge-tracking', 'attendance-position'] as const;

beforeAll(async () => {
  world = await openAttendance();
  await world.inTenant(async (tx) => {
    const name = { zh: '二厂', en: 'Plant 2' };
    await tx.site.create({ data: { tenantId: 'demo', id: QUICK, name } });
    // Gone after two hours there; 12 at the other one.
    const own = { tenantId: 'demo', site: QUICK, goneHours: 2 };
    await tx.locationSetting.create({
      data: { ...own, keepSeconds: 30, silentSeconds: 90, batteryPercent: 15 },
    });
    await tx.attendanceSetting.create({
      data: { tenantId: 'demo', site: QUICK, timeZone: world.zone },
    });
    await tx.department.updateMany({ where: { id: 'warehouse' }, data: { site: QUICK } });
    await tx.department.updateMany({ where: { id: 'assembly' }, data: { site: 'changzhou-1' } });
  });
});
afterAll(() => world?.positions.stop());

it('a position after five hours of silence is a new time in at the site of two hours, and none at that of twelve', async () => {
  const people = {
    'badge-a2': await world.positions.personOf('E009'),
    'badge-w2': await world.positions.personOf('E011'),
  };
  for (const [badge, person] of Object.entries(people)) {
    await world.agreed(person, TRACKED, 24 * HOUR_MS);
    await world.seen(badge, 'hall', Date.now() - 5 * HOUR_MS - 60_000);
    await until(async () => (await world.events(person)).length === 1, 'the badge clocked in');
  }
  for (const badge of Object.keys(people)) await world.seen(badge, 'hall', Date.now());
  await until(
    async () => (await world.events(people['badge-a2'])).length === 2,
    'the badge of the site of two hours clocked in again',
  );
  await world.settled();
  const directions = async (person: string) =>
    (await world.events(person)).map(({ direction }) => direction);
  expect(await directions(people['badge-a2'])).toEqual(['in', 'in']);
  expect(await directions(people['badge-w2'])).toEqual(['in']);
});
