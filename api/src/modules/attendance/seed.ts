import { DateTime } from 'luxon';
import { newId } from '../../platform/db/ids.ts';
import type { DemoParts } from '../seeds.ts';
import type { Direction, Source } from './derive.ts';
import { holdAttendance, renewDays } from './record.ts';

const ZONE = 'Asia/Shanghai';
const SITE = 'changzhou-1';

/** How the people of the demonstration clock in: minutes after midnight, and in which way. */
const people: Readonly<Record<string, { in: number; out: number; how: readonly Source[] }>> = {
  E005: { in: 470, out: 1045, how: ['app'] },
  E006: { in: 475, out: 1040, how: ['app', 'position'] },
  E007: { in: 480, out: 1050, how: ['import'] },
  E009: { in: 465, out: 1020, how: ['app'] },
  E011: { in: 478, out: 1042, how: ['position'] },
  E012: { in: 462, out: 1060, how: ['app', 'position'] },
};
const badges: Readonly<Record<string, string>> = {
  E006: 'badge-w1',
  E011: 'badge-w2',
  E012: 'badge-w3',
};

/** A week of clock events in each way, with a day that was not ended and a request for it, where the tenant has none. */
export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  database.transaction({ tenant, user: null }, async (tx) => {
    // Processes that start at the same time run one after the other.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenant}, 5270315))::text`;
    if ((await tx.clockEvent.count()) > 0) return;
    const found = await tx.person.findMany({
      where: { employeeNo: { in: Object.keys(people) }, sourceSystem: 'demo' },
      select: { id: true, employeeNo: true, users: { select: { id: true }, take: 1 } },
    });
    await holdAttendance(
      tx,
      found.map(({ id }) => id),
    );
    const today = DateTime.now().setZone(ZONE).startOf('day');
    const week = [7, 6, 5, 4, 3, 2, 1].map((days) => today.minus({ days }));
    for (const { id, employeeNo, users } of found) {
      const plan = people[employeeNo];
      if (!plan) continue;
      const events = week.flatMap((day, n) =>
        plan.how.flatMap((source, k) => {
          // A few minutes more or less each day, and the badge a little before the phone.
          const shift = ((n * 7) % 11) - (source === 'position' ? 4 + k : 0);
          const times: [Direction, number][] = [
            ['in', plan.in + shift],
            ['out', plan.out + ((n * 5) % 9)],
          ];
          const isForgotten = employeeNo === 'E006' && n === 6;
          return times.flatMap(([direction, minute]) => {
            if (isForgotten && direction === 'out') return [];
            const at = day.plus({ minutes: minute }).toJSDate();
            return [{ direction, source, at }];
          });
        }),
      );
      await tx.clockEvent.createMany({
        data: events.map(({ direction, source, at }) => ({
          tenantId: tenant,
          id: newId(),
          personId: id,
          site: SITE,
          direction,
          source,
          at,
          receivedAt: at,
          ...(source === 'position'
            ? {
                badge: badges[employeeNo] ?? null,
                device: 'main-hall',
                evidence: { how: direction === 'in' ? 'plan' : 'way-out' },
              }
            : {}),
          ...(source === 'import' ? { device: '东门考勤机 / East gate' } : {}),
        })),
      });
      await renewDays(
        tx,
        tenant,
        ZONE,
        id,
        events.map(({ at }) => at),
      );
      const [user] = users;
      if (employeeNo === 'E006' && user) {
        const last = week.at(-1) ?? today;
        await tx.clockCorrection.createMany({
          data: [
            {
              tenantId: tenant,
              id: newId(),
              personId: id,
              direction: 'out',
              at: last.plus({ minutes: plan.out }).toJSDate(),
              reason: '手机没电，未能打卡。 / The phone was empty.',
              askedBy: user.id,
            },
          ],
        });
      }
    }
  });
