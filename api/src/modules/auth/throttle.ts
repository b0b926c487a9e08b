import { createHash } from 'node:crypto';
import { networkOf } from '../../platform/access/network.ts';
import type { Transaction } from '../../platform/db/database.ts';

/** Free failed attempts, the first delay after them, and the maximum delay (seconds). */
const FREE = 5;
const FIRST_WAIT = 30;
const LONGEST_WAIT = 15 * 60;
/**
 * Allowed wrong attempts on one name from all unknown devices together. It bounds guesses from many
 * addresses (NIST 800-63B, 5.2.2 allows 100 in a row); known devices are not part of it.
 */
export const FREE_OF_ALL = 50;

/** The source of an attempt. Each source of a name has its own count. */
export type Source =
  /** A browser that the account signed in with before, see known-devices.ts. */
  | { device: string }
  /** An address without a known device. IPv6 counts by its network of 64 bits. */
  | { address: string }
  /** Another check of a secret, such as the present password before a change. */
  | { check: 'own-password' | 'owner-code' };

export type Attempt =
  /** The password may be compared. It counts as wrong until {@link attemptSucceeded}. */
  | { allowed: true; failures: number; blockedUntil: Date | null }
  | { allowed: false; retryAfterSeconds: number };

/** The row of all addresses together. */
const ALL = '';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hashName = (username: string) => sha256(username.trim().toLowerCase());

function rowOf(source: Source): string {
  if ('device' in source) return sha256(`device ${source.device}`);
  if ('check' in source) return sha256(`check ${source.check}`);
  return sha256(`address ${networkOf(source.address)}`);
}
const rowsOf = (source: Source): string[] =>
  'address' in source ? [rowOf(source), ALL] : [rowOf(source)];

/**
 * Counts a try on a user name before its password is compared, in the database, so that a thousand
 * at once over all processes are not all let through. From the fifth of one source on, each opens a
 * wait twice as long as the last, up to a quarter of an hour; none is for ever. Other sources are
 * not held up, but for all addresses together there is a limit too. Names that do not exist are
 * counted the same, so that the answers do not tell which do.
 */
export async function countAttempt(
  tx: Transaction,
  tenant: string,
  username: string,
  source: Source,
): Promise<Attempt> {
  const name = hashName(username);
  const counted: { failures: number; blockedUntil: Date | null }[] = [];
  for (const row of rowsOf(source)) {
    const one = await countRow(tx, tenant, name, row);
    if ('retryAfterSeconds' in one) {
      // It was not compared, so that the source is not charged with it.
      if (counted.length > 0) await uncountRow(tx, tenant, name, rowOf(source));
      return { allowed: false, retryAfterSeconds: one.retryAfterSeconds };
    }
    counted.push(one);
  }
  const until = counted.map((one) => one.blockedUntil?.getTime() ?? 0);
  return {
    allowed: true,
    failures: counted[0]?.failures ?? 1,
    blockedUntil: Math.max(...until) > 0 ? new Date(Math.max(...until)) : null,
  };
}

async function countRow(tx: Transaction, tenant: string, name: string, source: string) {
  const free = source === ALL ? FREE_OF_ALL : FREE;
  // The delay is between the first and the maximum.
  const [row] = await tx.$queryRaw<{ failures: number; blockedUntil: Date | null }[]>`
    INSERT INTO sign_in_throttle AS t (tenant_id, name_hash, source, failures, last_failed_at)
    VALUES (${tenant}, ${name}, ${source}, 1, now())
    ON CONFLICT (tenant_id, name_hash, source) DO UPDATE SET
      failures = CASE WHEN t.last_failed_at < now() - interval '1 day' THEN 1 ELSE t.failures + 1 END,
      blocked_until = CASE
        WHEN t.last_failed_at < now() - interval '1 day' OR t.failures + 1 < ${free} THEN NULL
        ELSE now() + least(${FIRST_WAIT} * 2 ^ least(t.failures + 1 - ${free}, 20), ${LONGEST_WAIT}) * interval '1 second'
      END,
      last_failed_at = now()
    WHERE t.blocked_until IS NULL OR t.blocked_until <= now()
    RETURNING failures, blocked_until AS "blockedUntil"`;
  if (row) return row;
  const [blocked] = await tx.$queryRaw<{ seconds: number }[]>`
    UPDATE sign_in_throttle SET refused = refused + 1
    WHERE tenant_id = ${tenant} AND name_hash = ${name} AND source = ${source}
    RETURNING ceil(extract(epoch FROM blocked_until - now()))::int AS seconds`;
  return { retryAfterSeconds: Math.max(1, blocked?.seconds ?? 1) };
}

const uncountRow = (tx: Transaction, tenant: string, name: string, source: string) =>
  tx.$executeRaw`
    UPDATE sign_in_throttle SET failures = greatest(failures - 1, 0), blocked_until = NULL
    WHERE tenant_id = ${tenant} AND name_hash = ${name} AND source = ${source}`;

/**
 * After the right secret the count of this source restarts; other sources still count against them.
 */
export async function attemptSucceeded(
  tx: Transaction,
  tenant: string,
  username: string,
  source: Source,
): Promise<void> {
  const nameHash = hashName(username);
  await tx.signInThrottle.deleteMany({
    where: { tenantId: tenant, nameHash, source: rowOf(source) },
  });
  if ('address' in source) await uncountRow(tx, tenant, nameHash, ALL);
}

/** By an administrator, for all sources. @returns whether there was anything. */
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

/** The password was right: only the second factor's code is missing. */
export async function uncountAttempt(
  tx: Transaction,
  tenant: string,
  username: string,
  source: Source,
): Promise<void> {
  for (const row of rowsOf(source)) await uncountRow(tx, tenant, hashName(username), row);
}

/**
 * For the audit log: how many tries of this source, and of all addresses, were refused without a
 * comparison since the last call.
 */
export async function takeRefused(
  tx: Transaction,
  tenant: string,
  username: string,
  source: Source,
): Promise<number> {
  const rows = await tx.$queryRaw<{ refused: number }[]>`
    WITH before AS (
      SELECT source, refused FROM sign_in_throttle
      WHERE tenant_id = ${tenant} AND name_hash = ${hashName(username)}
        AND source IN (${rowOf(source)}, ${ALL}) AND refused > 0
      ORDER BY source FOR UPDATE)
    UPDATE sign_in_throttle t SET refused = 0 FROM before
    WHERE t.tenant_id = ${tenant} AND t.name_hash = ${hashName(username)} AND t.source = before.source
    RETURNING before.refused`;
  return rows.reduce((sum, { refused }) => sum + refused, 0);
}

/** Until when a name is blocked for one of its sources, for an administrator's view. */
export async function blockedUntil(tx: Transaction, username: string): Promise<Date | null> {
  const row = await tx.signInThrottle.findFirst({
    where: { nameHash: hashName(username), blockedUntil: { gt: new Date() } },
    orderBy: { blockedUntil: 'desc' },
  });
  return row?.blockedUntil ?? null;
}

/** Forgets names that were not tried for two days. Invented ones would pile up otherwise. */
export async function forgetOldAttempts(tx: Transaction): Promise<void> {
  await tx.$executeRaw`DELETE FROM sign_in_throttle WHERE last_failed_at < now() - interval '2 days'`;
}
