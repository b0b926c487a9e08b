import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../db/database.ts';
import { type Query, queryOf } from '../db/readings.ts';
import { usualCalendar, type WorkingCalendar, workingCalendar } from './definition.ts';

/** The tenant's calendar; version 0 is the unchanged default. */
export async function readCalendar(
  tx: Transaction,
): Promise<{ calendar: WorkingCalendar; version: number }> {
  const row = await tx.workingCalendar.findFirst();
  if (!row) return { calendar: usualCalendar, version: 0 };
  return { calendar: workingCalendar.parse(row.calendar), version: row.version };
}

/** The time zone of the tenant's calendar, to be read with others; no row, or null, where it has none. */
export const calendarZone: Query<{ timeZone: string | null }> = queryOf(Prisma.sql`
  SELECT calendar->>'timeZone' AS "timeZone" FROM working_calendar`);

/** @returns whether the calendar still had the expected version. */
export async function saveCalendar(
  tx: Transaction,
  tenantId: string,
  calendar: WorkingCalendar,
  basedOn: number,
): Promise<boolean> {
  if (basedOn === 0) {
    const { count } = await tx.workingCalendar.createMany({
      data: [{ tenantId, calendar, version: 1 }],
      skipDuplicates: true,
    });
    return count === 1;
  }
  const { count } = await tx.workingCalendar.updateMany({
    where: { version: basedOn },
    data: { calendar, version: basedOn + 1, updatedAt: new Date() },
  });
  return count === 1;
}
