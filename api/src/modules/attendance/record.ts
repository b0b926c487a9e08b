import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { type Clocked, dayOf, deriveDays, type Source } from './derive.ts';
import { readSiteSettings } from './settings.ts';

const DAY_MS = 86_400_000;
/** Days around a change that are made again, and those whose events are read for it. No stay is longer. */
const [AROUND, READ] = [2, 6];

/** Holds what is written of people, in the order of their ids: one change of a person after the other. */
export async function holdAttendance(tx: Transaction, people: readonly string[]): Promise<void> {
  for (const person of [...new Set(people)].sort()) {
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${person}, 5270314))::text`;
  }
}

/**
 * Derives the days of a person around these instants again. The caller holds the lock of the person.
 *
 * @param timeZone of the installation, for sites without their own.
 */
export async function renewDays(
  tx: Transaction,
  tenant: string,
  timeZone: string,
  person: string,
  instants: readonly Date[],
): Promise<void> {
  const clockOf = await readSiteSettings(tx, timeZone);
  for (const [from, until] of spans(instants)) {
    const found = await tx.clockEvent.findMany({
      where: {
        personId: person,
        at: { gte: new Date(from - READ * DAY_MS), lte: new Date(until + READ * DAY_MS) },
      },
      select: { id: true, at: true, direction: true, source: true, site: true, timeFlag: true },
    });
    const events = found.map(
      ({ id, at, direction, source, site, timeFlag }): Clocked => ({
        id,
        at: at.getTime(),
        direction: direction as Clocked['direction'],
        source: source as Source,
        site,
        flagged: timeFlag !== null,
      }),
    );
    // Beyond any time zone.
    const first = dayOf(from - AROUND * DAY_MS, 'UTC');
    const last = dayOf(until + AROUND * DAY_MS, 'UTC');
    const days = deriveDays(events, clockOf).filter(({ day }) => day >= first && day <= last);
    await sqlIn(tx)(Prisma.sql`
      DELETE FROM attendance_day WHERE person_id = ${person} AND day BETWEEN ${first}::date AND ${last}::date`);
    const time = (ms: number | null) => (ms === null ? null : new Date(ms));
    await tx.attendanceDay.createMany({
      data: days.map(({ day, presentMs, breaks, sources, events: ids, ...one }) => ({
        ...one,
        tenantId: tenant,
        personId: person,
        day: new Date(day),
        firstIn: time(one.firstIn),
        lastOut: time(one.lastOut),
        openSince: time(one.openSince),
        presentMinutes: Math.round(presentMs / 60_000),
        breaks: breaks.map((pause) => ({
          from: new Date(pause.from).toISOString(),
          until: new Date(pause.until).toISOString(),
        })),
        sources: [...sources],
        events: [...ids],
      })),
    });
  }
}

/** Removes all days of a person, to make them again. The person is held. */
export const removeDays = (tx: Transaction, person: string) =>
  tx.attendanceDay.deleteMany({ where: { personId: person } });

/** Groups nearby instants, so that their days are derived once. */
function spans(instants: readonly Date[]): [from: number, until: number][] {
  const list: [number, number][] = [];
  for (const at of instants.map((one) => one.getTime()).sort((a, b) => a - b)) {
    const last = list.at(-1);
    if (last && at - last[1] < 2 * AROUND * DAY_MS) last[1] = at;
    else list.push([at, at]);
  }
  return list;
}
