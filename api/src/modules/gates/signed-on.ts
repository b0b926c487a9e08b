import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { LONGEST } from './ran.ts';
import { supersededSql } from './superseded.ts';

/** A person at a machine by a card or a code: until null while it lasts. */
export interface SignedOn {
  readonly person: string;
  readonly from: Date;
  readonly until: Date | null;
}

/**
 * Who may have operated a machine in a span of time, in the order of the begin: all sessions and allowed starts, also those
 * that name no driver. For what has to be hidden: it leaves out no person. See {@link operatorSql} for a name.
 */
export const signedOnAt = (
  tx: Transaction,
  machine: string,
  from: Date,
  until: Date,
): Promise<SignedOn[]> =>
  sqlIn(tx)<SignedOn>(Prisma.sql`
    SELECT person, s.from, s.until FROM (
      SELECT person_id AS person, from_at AS from, until_at AS until FROM gate_session WHERE machine = ${machine}
      UNION ALL
      SELECT person_id, decided_at, valid_until FROM gate_decision
      WHERE target = ${machine} AND kind = 'start' AND decision = 'allow' AND person_id IS NOT NULL) s
    WHERE s.from <= ${until} AND (s.until IS NULL OR s.until > ${from}) ORDER BY s.from, s.until NULLS LAST`);

/** SQL: a person wore the card of the decision `d` when it was made, by the present bindings. @param person a column. */
export const woreCardOf = (person: Prisma.Sql): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT 1 FROM badge b WHERE b.badge IN (d.card, lower(d.card)) AND b.person_id = ${person}
    AND b.since <= d.decided_at AND (b.until IS NULL OR b.until > d.decided_at))`;
/** The card of a decision `d` was that of its person; a code is the person's own. */
const isOwnCard = Prisma.sql`(d.card IS NULL OR ${woreCardOf(Prisma.sql`d.person_id`)})`;

/** The next answer `n` after the start `d` at its machine: another person was let start, or this one no more. */
const isNext = Prisma.sql`n.target = d.target AND n.kind = 'start' AND n.id > d.id AND NOT ${supersededSql(Prisma.sql`n`)}
  AND CASE WHEN n.person_id = d.person_id THEN n.decision <> 'allow' ELSE n.decision = 'allow' END`;

/**
 * SQL: the person who operated a machine at an instant by sign-on; null for none. A start counts until the machine runs or
 * stands again after it, until the next answer at the machine, and for its time. A wrong name is worse than none: what a
 * gateway decided otherwise, and a card that was another one's, names no person.
 *
 * @param machine a value or a column.
 * @param at a value or a column.
 */
export const operatorSql = (machine: Prisma.Sql, at: Prisma.Sql): Prisma.Sql => Prisma.sql`(
  SELECT o.person FROM (
    SELECT s.person_id AS person, s.from_at AS from,
      least(s.until_at, s.from_at + ${LONGEST}, (SELECT min(n.decided_at) FROM gate_decision n
        WHERE n.id > d.id AND n.target = d.target AND n.kind = 'start' AND n.decision = 'allow'
          AND n.person_id <> s.person_id AND NOT ${supersededSql(Prisma.sql`n`)})) AS until
    FROM gate_session s JOIN gate_decision d ON d.id = s.decision_id
    WHERE s.machine = ${machine} AND s.from_at <= ${at} AND s.from_at > ${at} - ${LONGEST}
      AND ${isOwnCard} AND NOT ${supersededSql(Prisma.sql`d`)}
      AND NOT EXISTS (SELECT 1 FROM gate_decision n WHERE ${isNext} AND n.decided_at <= s.from_at)
    UNION ALL
    SELECT d.person_id, d.decided_at, least(d.valid_until,
      (SELECT min(x.from_at) FROM gate_session x WHERE x.decision_id = d.id),
      (SELECT min(n.decided_at) FROM gate_decision n WHERE ${isNext}))
    FROM gate_decision d
    WHERE d.target = ${machine} AND d.kind = 'start' AND d.decision = 'allow' AND d.person_id IS NOT NULL
      AND d.decided_at <= ${at} AND d.valid_until > ${at} AND ${isOwnCard} AND NOT ${supersededSql(Prisma.sql`d`)}) o
  WHERE o.from <= ${at} AND o.until > ${at} ORDER BY o.from DESC, o.until DESC LIMIT 1)`;

/** Who had signed on last at an instant; null for no person. */
export const operatorAt = async (
  tx: Transaction,
  machine: string,
  at: Date,
): Promise<string | null> => {
  const of = operatorSql(Prisma.sql`${machine}::text`, Prisma.sql`${at}::timestamptz`);
  const [row] = await sqlIn(tx)<{ person: string | null }>(Prisma.sql`SELECT ${of} AS person`);
  return row?.person ?? null;
};

/** When a decision was made; null for an unknown one. */
export const decidedAtOf = async (tx: Transaction, decision: string): Promise<Date | null> =>
  (await tx.gateDecision.findFirst({ where: { id: decision }, select: { decidedAt: true } }))
    ?.decidedAt ?? null;

/** SQL: the machine and the person of each start that was asked for with a card. */
export const startsWithCardSql = (card: string): Prisma.Sql => Prisma.sql`
  SELECT d.target, d.person_id FROM gate_decision d
  WHERE d.kind = 'start' AND (d.card = ${card} OR lower(d.card) = ${card})`;
