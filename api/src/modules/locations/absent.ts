import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { outSince } from '../attendance/clocked-in.ts';
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
  const rows = await sqlIn(tx)<{ badge: string; person: string; heardAt: Date; isOver: boolean }>(
    Prisma.sql`
    SELECT t.badge, p.id AS person, t.heard_at AS "heardAt", coalesce(
      least(p.valid_until, s.contract_until) < (t.heard_at AT TIME ZONE ${timeZone})::date, FALSE) AS "isOver"
    FROM location_tag t JOIN badge b ON b.badge = t.badge AND b.until IS NULL AND b.since <= t.heard_at
    JOIN person p ON p.id = b.person_id AND p.status = 'active' LEFT JOIN supplier s ON s.id = p.supplier_id
    WHERE t.heard_at > ${now}::timestamptz - ${seconds}::integer * interval '1 second' AND NOT t.is_out
      AND ${inForceSince(Prisma.sql`p.id`, BADGE_TRACKING)} IS NOT NULL
    ORDER BY t.badge`,
  );
  const people = rows.map(({ person }) => person);
  const out = attendance ? await outSince(tx, people, now) : new Map<string, Date>();
  return rows.flatMap(({ badge, person, heardAt, isOver }): Absent[] => {
    const since = heardAt.getTime();
    const found = (kind: AbsentKind): Absent => ({ badge, kind, about: null, since });
    const at = out.get(person)?.getTime() ?? Number.POSITIVE_INFINITY;
    return [
      ...(isOver ? [found('contract-over')] : []),
      ...(since > at + ON_THE_WAY_MS ? [found('clocked-out')] : []),
    ];
  });
}
