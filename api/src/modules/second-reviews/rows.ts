import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { allOf } from '../../platform/kit/sql.ts';
import { actsWithin } from '../violations/reach.ts';
import { isOwnAct, oneselfOf } from '../violations/recusal.ts';

/** So many rows are looked at to count those of an account: few of very many may be its own. */
export const MOST_LOOKED_AT = 1_000;

/** `second_review s` with its `incident i`. */
export const tables = Prisma.sql`second_review s
  JOIN incident i ON i.tenant_id = s.tenant_id AND i.id = s.incident_id`;

/**
 * The next ones without a second verdict, in the order of their index, with `incident i`. Whether they wait for an account
 * is asked of these alone: it takes a look at each finding. `OFFSET 0`: an incident by its key, not all of them.
 *
 * @param beyond a condition on `s`, for those after the last ones.
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
 * It waits for a second verdict, and the incident has the first one still: what joined after it was not judged with it, and
 * a verdict on that is another one.
 */
export const waits = Prisma.sql`s.second_at IS NULL AND s.cancelled_at IS NULL AND i.merged_into IS NULL
  AND i.status = s.first_status AND i.undecided = 0 AND i.reviewed_at = s.first_at`;
const differs = Prisma.sql`s.second_at IS NOT NULL AND s.second_status <> s.first_status`;

/** The newest open disagreements with `incident i`, to be counted. */
export const nextDiffering = Prisma.sql`(SELECT * FROM second_review s WHERE ${differs} AND s.settled_at IS NULL
      ORDER BY s.second_at DESC, s.id DESC LIMIT ${MOST_LOOKED_AT}) AS s
    CROSS JOIN LATERAL (SELECT * FROM incident
      WHERE tenant_id = s.tenant_id AND id = s.incident_id OFFSET 0) AS i`;

/**
 * Those of incidents in the reach of a reviewer that are not the reviewer's own: no verdict of theirs is on it, and it
 * cannot be about them.
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
 * Those of {@link ofOthers} on whose incident the person gave no second verdict either: after a further draw of it, the
 * one before would be known.
 */
export async function judgedByOthers(tx: Transaction, account: Account): Promise<Prisma.Sql> {
  const { users } = await oneselfOf(tx, account);
  return allOf([
    await ofOthers(tx, account),
    Prisma.sql`NOT EXISTS (SELECT 1 FROM second_review o WHERE o.tenant_id = s.tenant_id
      AND o.incident_id = s.incident_id AND o.id <> s.id AND o.second_by = ANY (${users}::text[]))`,
  ]);
}

/** What waits for a second verdict of this account, as a condition on {@link tables}. */
export const openFor = async (tx: Transaction, account: Account): Promise<Prisma.Sql> =>
  allOf([waits, await judgedByOthers(tx, account)]);

/** Two verdicts that differ, for those who may reopen the incident; not for who gave the first. */
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
