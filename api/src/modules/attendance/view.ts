import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { LONGEST_MS } from './derive.ts';
import type { AttendanceDayView, ClockEventView, DayState } from './schema.ts';

/** SQL: the state of a day `ad` at an instant; a day without a row is not clocked. */
export const stateSql = (now: Date): Prisma.Sql => Prisma.sql`CASE
  WHEN ad.person_id IS NULL THEN 'not-clocked'
  WHEN ad.open_since > ${new Date(now.getTime() - LONGEST_MS)} THEN 'in'
  WHEN ad.open_since IS NOT NULL OR ad.missing_out > 0 THEN 'missing-out'
  WHEN ad.missing_in > 0 THEN 'missing-in' ELSE 'done' END`;

/** The fields of a day `ad`, null for a person without one. */
export const daySql = Prisma.sql`ad.first_in AS "firstIn", ad.last_out AS "lastOut",
  coalesce(ad.present_minutes, 0) AS "presentMinutes", coalesce(ad.missing_in, 0) AS "missingIn",
  coalesce(ad.missing_out, 0) AS "missingOut", coalesce(ad.assumed, FALSE) AS assumed,
  coalesce(ad.flagged, FALSE) AS flagged, coalesce(ad.sources, '{}') AS sources`;

export interface DayColumns {
  firstIn: Date | null;
  lastOut: Date | null;
  presentMinutes: number;
  missingIn: number;
  missingOut: number;
  assumed: boolean;
  flagged: boolean;
  sources: AttendanceDayView['sources'];
  state: DayState;
}

/** The columns as they are answered. */
export const showDay = ({ firstIn, lastOut, ...row }: DayColumns, day: string) => ({
  day,
  firstIn: firstIn?.toISOString() ?? null,
  lastOut: lastOut?.toISOString() ?? null,
  presentMinutes: row.presentMinutes,
  missingIn: row.missingIn,
  missingOut: row.missingOut,
  assumed: row.assumed,
  flagged: row.flagged,
  sources: row.sources,
  state: row.state,
});

interface DayRow extends DayColumns {
  day: string;
  breaks: AttendanceDayView['breaks'];
  events: string[];
}

/** The days of a person with their events, newest first. */
export async function readDays(
  tx: Transaction,
  person: string,
  { from, until }: { from: string; until: string },
): Promise<AttendanceDayView[]> {
  const rows = await sqlIn(tx)<DayRow>(Prisma.sql`
    SELECT to_char(ad.day, 'YYYY-MM-DD') AS day, ${daySql}, ${stateSql(new Date())} AS state, ad.breaks, ad.events
    FROM attendance_day ad
    WHERE ad.person_id = ${person} AND ad.day BETWEEN ${from}::date AND ${until}::date ORDER BY ad.day DESC`);
  const events = await readEvents(
    tx,
    rows.flatMap((row) => row.events),
  );
  return rows.map((row) => ({
    ...showDay(row, row.day),
    breaks: row.breaks,
    events: row.events.flatMap((id) => events.get(id) ?? []),
  }));
}

/** Clock events by id, as they are answered. */
export async function readEvents(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ClockEventView>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.clockEvent.findMany({ where: { id: { in: [...ids] } } });
  const areas = await tx.area.findMany({
    where: { id: { in: rows.flatMap(({ areaId }) => areaId ?? []) } },
    select: { id: true, name: true },
  });
  const names = new Map(areas.map(({ id, name }) => [id, name as Bilingual]));
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        direction: row.direction as ClockEventView['direction'],
        source: row.source as ClockEventView['source'],
        at: row.at.toISOString(),
        claimedAt: row.claimedAt?.toISOString() ?? null,
        receivedAt: row.receivedAt.toISOString(),
        timeFlag: row.timeFlag as ClockEventView['timeFlag'],
        area: row.areaId === null ? null : { id: row.areaId, name: names.get(row.areaId) ?? null },
        device: row.device,
        evidence: row.evidence as ClockEventView['evidence'],
      },
    ]),
  );
}
