import { createHash } from 'node:crypto';
import type { Transaction } from '../../platform/db/database.ts';

/** Wrong tries that are free, the first wait after them, and the longest (seconds). */
const FREE = 5;
const FIRST_WAIT = 30;
const LONGEST_WAIT = 15 * 60;

export type Attempt =
  /** The password may be looked at. It counts as wrong until {@link clearThrottle} says otherwise. */
  | { allowed: true; failures: number; blockedUntil: Date | null; refusedBefore: number }
  | { allowed: false; retryAfterSeconds: number };

const hashName = (username: string) =>
  createHash('sha256').update(username.trim().toLowerCase()).digest('hex');

/**
 * Counts a try on a user name before its password is looked at, in the database, so that a thousand
 * at once over all processes are not all let through. From the fifth on each opens a wait twice as
 * long as the last, up to a quarter of an hour; none is for ever. Names that do not exist are
 * counted the same, so that the answers do not tell which do.
 */
export async function countAttempt(
  tx: Transaction,
  tenant: string,
  username: string,
): Promise<Attempt> {
  const name = hashName(username);
  // The wait after so many failures lies between the first and the longest.
  const [row] = await tx.$queryRaw<
    { failures: number; blockedUntil: Date | null; refused: number }[]
  >`
    INSERT INTO sign_in_throttle AS t (tenant_id, name_hash, failures, last_failed_at)
    VALUES (${tenant}, ${name}, 1, now())
    ON CONFLICT (tenant_id, name_hash) DO UPDATE SET
      failures = CASE WHEN t.last_failed_at < now() - interval '1 day' THEN 1 ELSE t.failures + 1 END,
      blocked_until = CASE
        WHEN t.last_failed_at < now() - interval '1 day' OR t.failures + 1 < ${FREE} THEN NULL
        ELSE now() + least(${FIRST_WAIT} * 2 ^ least(t.failures + 1 - ${FREE}, 20), ${LONGEST_WAIT}) * interval '1 second'
      END,
      last_failed_at = now()
    WHERE t.blocked_until IS NULL OR t.blocked_until <= now()
    RETURNING failures, blocked_until AS "blockedUntil", refused`;
  if (row) {
    const { failures, blockedUntil, refused } = row;
    return { allowed: true, failures, blockedUntil, refusedBefore: refused };
  }
  const [blocked] = await tx.$queryRaw<{ seconds: number }[]>`
    UPDATE sign_in_throttle SET refused = refused + 1
    WHERE tenant_id = ${tenant} AND name_hash = ${name}
    RETURNING ceil(extract(epoch FROM blocked_until - now()))::int AS seconds`;
  return { allowed: false, retryAfterSeconds: Math.max(1, blocked?.seconds ?? 1) };
}

/** After the right password, and by an administrator. @returns whether there was anything. */
export async function clearThrottle(
  tx: Transaction,
  tenant: string,
  username: string,
): Promise<boolean> {
  const { count } = await tx.signInThrottle.deleteMany({
    where: { tenantId: tenant, nameHash: hashName(username) },
  });
  return count > 0;
}

/** The try was right as far as it went: only the code of the second factor is missing. */
export async function uncountAttempt(
  tx: Transaction,
  tenant: string,
  username: string,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE sign_in_throttle SET failures = greatest(failures - 1, 0), blocked_until = NULL
    WHERE tenant_id = ${tenant} AND name_hash = ${hashName(username)}`;
}

/** So many tries that were refused unread have been written to the audit log. */
export async function takeRefused(
  tx: Transaction,
  tenant: string,
  username: string,
  count: number,
): Promise<void> {
  await tx.signInThrottle.updateMany({
    where: { tenantId: tenant, nameHash: hashName(username) },
    data: { refused: { decrement: count } },
  });
}

/** Until when a name is blocked, for an administrator's view. */
export async function blockedUntil(tx: Transaction, username: string): Promise<Date | null> {
  const row = await tx.signInThrottle.findFirst({
    where: { nameHash: hashName(username), blockedUntil: { gt: new Date() } },
  });
  return row?.blockedUntil ?? null;
}

/** Forgets names that nobody tried for two days. Invented ones would pile up otherwise. */
export async function forgetOldAttempts(tx: Transaction): Promise<void> {
  await tx.$executeRaw`DELETE FROM sign_in_throttle WHERE last_failed_at < now() - interval '2 days'`;
}
