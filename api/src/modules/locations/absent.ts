import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { noneOut, outOf } from '../attendance/clocked-in.ts';
import { BADGE_TRACKING, inForceSince } from '../consent/gate.ts';

/*
 * Badges of people who agree to be followed, and who should not be here: they have clocked out, or the last day of their
 * contract is over. Of those who left for good see `leavers.ts`.
 */

export const absentKinds = ['clocked-out', 'contract-over'] as const;
export type AbsentKind = (typeof absentKinds)[number];

/** Who has clocked out is on the way out for so long, ms. */
const ON_THE_WAY_MS = 15 * 60_000;

/** A badge that was heard of late, and whose wearer is not to be here. */
export interface Absent {
  readonly badge: string;
  readonly kind: AbsentKind;
  readonly about: null;
  /** When it was heard last, ms. */
  readonly since: number;
}

/**
 * Badges on the site that were heard within some seconds, and whose wearers should not be here at their time.
 *
 * @param options.attendance whether clock events are kept: without them no wearer has clocked out.
 */
export async function absentWearers(
  tx: Transaction,
  {
    now,
    seconds,
    timeZone,
    attendance,
  }: {
    now: Date;
    seconds: number;
    timeZone: string;
    attendance: boolean;
  },
): Promise<Absent[]> {
  const since = Prisma.sql`${now}::timestamptz - ${seconds}::integer * interval '1 second'`;
  const out = attendance ? outOf(now) : noneOut;
  // First who should not be here, which are few: the consent of each of thousands would be asked for otherwise.
  const rows = await sqlIn(tx)<{ badge: string; heardAt: Date; isOver: boolean; isOut: boolean }>(
    Prisma.sql`
    WITH clocked AS MATERIALIZED (${out}), found AS MATERIALIZED (
      SELECT t.badge, p.id AS person, t.heard_at, coalesce(
        least(p.valid_until, s.contract_until) < (t.heard_at AT TIME ZONE ${timeZone})::date, FALSE) AS is_over,
        coalesce(t.heard_at > o.at + ${ON_THE_WAY_MS}::integer * interval '1 millisecond', FALSE) AS is_out
      FROM location_tag t JOIN badge b ON b.badge = t.badge AND b.until IS NULL AND b.since <= t.heard_at
      JOIN person p ON p.id = b.person_id AND p.status = 'active' LEFT JOIN supplier s ON s.id = p.supplier_id
      LEFT JOIN clocked o ON o.person = p.id
      WHERE t.heard_at > ${since} AND NOT t.is_out
    )
    SELECT f.badge, f.heard_at AS "heardAt", f.is_over AS "isOver", f.is_out AS "isOut" FROM found f
    WHERE (f.is_over OR f.is_out) AND ${inForceSince(Prisma.sql`f.person`, BADGE_TRACKING)} IS NOT NULL
    ORDER BY f.badge`,
  );
  return rows.flatMap(({ badge, heardAt, isOver, isOut }): Absent[] => {
    const found = (kind: AbsentKind): Absent => ({
      badge,
      kind,
      about: null,
      since: heardAt.getTime(),
    });
    return [...(isOver ? [found('contract-over')] : []), ...(isOut ? [found('clocked-out')] : [])];
  });
}
