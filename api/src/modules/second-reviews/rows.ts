import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { allOf } from '../../platform/kit/sql.ts';
import { actsWithin } from '../violations/reach.ts';
import { isOwnAct, oneselfOf } from '../violations/recusal.ts';

/** Upper limit of rows that a count scans. */
export const MOST_LOOKED_AT = 1_000;

/** `second_review s` with its `incident i`. */
export const tables = Prisma.sql`second_review s
  JOIN incident i ON i.tenant_id = s.tenant_id AND i.id = s.incident_id`;

/**
 * The next second reviews without a verdict in index order, with `incident i`. The costly condition of {@link openFor} is
 * evaluated for these rows only. `OFFSET 0` makes the planner look up each incident by its key.
 *
 * @param beyond condition on `s` for the rows after the cursor.
 */
export const nextOpen = (
  { id }: Pick<Account, 'id'>,
  beyond: Prisma.Sql,
  count: number,
): Prisma.Sql =>
  Prisma.sql`(SELECT * FROM second_review s
      WHERE s.second_at IS NULL AND s.cancelled_at IS NULL AND s.first_by <> ${id} AND ${beyond}
      ORDER BY s.started_at, s.id LIMIT ${count}) AS s
    CROSS JOIN LATERAL (SELECT * FROM incident
      WHERE tenant_id = s.tenant_id AND id = s.incident_id OFFSET 0) AS i`;

/**
 * Waiting for a second verdict, while the verdict of the incident is still the drawn one: no finding has joined since, and
 * it was not decided again.
 */
export const waits = Prisma.sql`s.second_at IS NULL AND s.cancelled_at IS NULL AND i.merged_into IS NULL
  AND i.status = s.first_status AND i.undecided = 0 AND i.reviewed_at = s.first_at`;
const differs = Prisma.sql`s.second_at IS NOT NULL AND s.second_status <> s.first_status`;

/** The newest open disagreements with `incident i`, for the count. */
export const nextDiffering = Prisma.sql`(SELECT * FROM second_review s WHERE ${differs} AND s.settled_at IS NULL
      ORDER BY s.second_at DESC, s.id DESC LIMIT ${MOST_LOOKED_AT}) AS s
    CROSS JOIN LATERAL (SELECT * FROM incident
      WHERE tenant_id = s.tenant_id AND id = s.incident_id OFFSET 0) AS i`;

/**
 * Incidents within a reviewer's scope on which the reviewer gave no verdict and which do not concern the reviewer as a
 * person.
 */
export async function ofOthers(tx: Transaction, account: Account): Promise<Prisma.Sql> {
  const within = actsWithin({ account, right: 'violation:review' });
  return allOf([
    within,
    Prisma.sql`s.first_by <> ${account.id}`,
    Prisma.sql`NOT ${isOwnAct(await oneselfOf(tx, account))}`,
  ]);
}

/**
 * As {@link ofOthers}, without incidents on which the person gave an earlier second verdict: the person has seen the first
 * verdict since.
 */
export async function judgedByOthers(tx: Transaction, account: Account): Promise<Prisma.Sql> {
  const { users } = await oneselfOf(tx, account);
  return allOf([
    await ofOthers(tx, account),
    Prisma.sql`NOT EXISTS (SELECT 1 FROM second_review o WHERE o.tenant_id = s.tenant_id
      AND o.incident_id = s.incident_id AND o.id <> s.id AND o.second_by = ANY (${users}::text[]))`,
  ]);
}

/** Second reviews that this account may do, as a condition on {@link tables}. */
export const openFor = async (tx: Transaction, account: Account): Promise<Prisma.Sql> =>
  allOf([waits, await judgedByOthers(tx, account)]);

/** Disagreements visible to those who may reopen the incident, except the first reviewer. */
export const disagreementsFor = async (
  tx: Transaction,
  account: Account,
  state: 'open' | 'settled',
): Promise<Prisma.Sql> =>
  allOf([
    differs,
    state === 'open' ? Prisma.sql`s.settled_at IS NULL` : Prisma.sql`s.settled_at IS NOT NULL`,
    await ofOthers(tx, account),
  ]);
