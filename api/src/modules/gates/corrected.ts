import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { CardStretch } from './rebinding.ts';

/*
 * Decisions are never changed: they keep the person whom the card named when it was shown. Where the card was another
 * person's, as a correction of its binding says, they are shown with that, and count for who wore it. A correction that is
 * undone says nothing, so that both are as before.
 */

/** SQL: the card of a decision `d`, as bindings name it. */
const isCard = (badge: Prisma.Sql) =>
  Prisma.sql`(lower(d.card) = lower(${badge}) AND ${badge} IN (d.card, lower(d.card)))`;
/** SQL: a correction `c` stands, and has the time of a decision `d`. */
const covers = Prisma.sql`(c.undone_at IS NULL AND ${isCard(Prisma.sql`c.badge`)}
  AND c.from_at <= d.decided_at AND (c.to_at IS NULL OR c.to_at > d.decided_at))`;
/** SQL: one of some people wore the card of a decision `d` then, by the present bindings. @param people a list or a subquery. */
const wornBy = (people: Prisma.Sql) => Prisma.sql`EXISTS (
  SELECT 1 FROM badge b WHERE ${isCard(Prisma.sql`b.badge`)} AND b.person_id IN ${people}
    AND b.since <= d.decided_at AND (b.until IS NULL OR b.until > d.decided_at))`;
/** SQL: the person of a decision `d`, and the files that this one was joined with. */
const filesOfPerson = Prisma.sql`(
  WITH RECURSIVE up AS (
    SELECT p.id, p.merged_into FROM person p WHERE p.id = d.person_id
    UNION SELECT p.id, p.merged_into FROM person p JOIN up ON p.id = up.merged_into) SELECT id FROM up)`;

/** SQL: when it was corrected that the card of a decision `d` was that of another person; null where it was not. */
export const correctedAtSql = Prisma.sql`(
  SELECT max(c.at) FROM badge_correction c
  WHERE d.card IS NOT NULL AND d.person_id IS NOT NULL AND ${covers} AND NOT ${wornBy(filesOfPerson)})`;

/**
 * SQL: the ids of decisions by cards that a person wore, and that name another person.
 *
 * @param people all ids of the person, as a list or a subquery in brackets.
 */
export const decidedByCardOf = (people: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT d.id FROM badge_correction c JOIN gate_decision d ON ${covers}
  WHERE c.to_person IN ${people} AND d.person_id NOT IN ${people} AND ${wornBy(people)}`;

/**
 * SQL: the decisions of a person, as a table: those that name the person, also by a card of another one, and those by cards
 * that the person wore.
 *
 * @param people see {@link decidedByCardOf}.
 */
export const decisionsOf = (people: Prisma.Sql): Prisma.Sql => Prisma.sql`(
  SELECT d.* FROM gate_decision d WHERE d.person_id IN ${people}
  UNION ALL SELECT d.* FROM gate_decision d WHERE d.id IN (${decidedByCardOf(people)}))`;

/** How many decisions by a card in a stretch of time name a person: who wore the card is said of them by a correction. */
export async function countByCard(
  tx: Transaction,
  { badge, from, to }: Omit<CardStretch, 'person'>,
): Promise<number> {
  const [row] = await sqlIn(tx)<{ count: number }>(Prisma.sql`
    SELECT count(*)::int AS count FROM gate_decision d
    WHERE ${isCard(Prisma.sql`${badge}::text`)} AND d.person_id IS NOT NULL AND d.decided_at >= ${from}
      AND (${to}::timestamptz IS NULL OR d.decided_at < ${to}::timestamptz)`);
  return row?.count ?? 0;
}
