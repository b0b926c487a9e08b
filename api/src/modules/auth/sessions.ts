import { createHash, randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { holdAccount } from './totp.ts';

/**
 * A used refresh token is accepted again within this many milliseconds: for two tabs at the same
 * moment, or a lost response. Later use means that it was stolen.
 */
export const GRACE_MS = 10_000;
/** Maximum concurrent sessions per user. The oldest is ended for the newest. */
const MOST_SESSIONS = 50;

export type EndReason =
  | 'signed-out'
  | 'ended-by-user'
  | 'reuse'
  | 'idle'
  | 'password'
  | 'locked'
  | 'replaced'
  | 'too-many';

const hashToken = (token: string) => createHash('sha256').update(token).digest('hex');

async function issueToken(tx: Transaction, tenantId: string, sessionId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await tx.refreshToken.create({ data: { tenantId, sessionId, hash: hashToken(token) } });
  return token;
}

/** Starts a session. @returns its id and the first refresh token, which is stored hashed. */
export async function beginSession(
  tx: Transaction,
  tenantId: string,
  session: { userId: string; address: string | null; agent: string | null; days: number },
): Promise<{ id: string; token: string; expiresAt: Date }> {
  const { userId, address, agent, days } = session;
  const id = ulid();
  const expiresAt = new Date(Date.now() + days * 86_400_000);
  await tx.session.create({
    data: { tenantId, id, userId, address, agent: agent?.slice(0, 256) ?? null, expiresAt },
  });
  const old = await tx.session.findMany({
    where: { userId, endedAt: null },
    orderBy: [{ lastUsedAt: 'desc' }, { id: 'desc' }],
    skip: MOST_SESSIONS,
    select: { id: true },
  });
  if (old.length > 0) {
    await endSessions(tx, { ids: old.map((one) => one.id) }, 'too-many');
  }
  // Removes long ended sessions.
  await tx.session.deleteMany({
    where: { userId, expiresAt: { lt: new Date(Date.now() - 30 * 86_400_000) } },
  });
  return { id, token: await issueToken(tx, tenantId, id), expiresAt };
}

export type Refreshed =
  | { state: 'good'; session: string; user: string; token: string; expiresAt: Date }
  /** The whole session was ended; `user` for the audit log. */
  | { state: 'reused' | 'idle'; session: string; user: string }
  | { state: 'unknown' };

/** Exchanges a one-time refresh token for the next one. */
export async function rotateToken(
  tx: Transaction,
  tenantId: string,
  token: string,
  idleHours: number,
): Promise<Refreshed> {
  const hash = hashToken(token);
  const [found] = await tx.$queryRaw<
    {
      session: string;
      user: string;
      usedAt: Date | null;
      lastUsedAt: Date;
      expiresAt: Date;
      endedAt: Date | null;
    }[]
  >`
    SELECT s.id AS session, s.user_id AS "user", t.used_at AS "usedAt",
           s.last_used_at AS "lastUsedAt", s.expires_at AS "expiresAt", s.ended_at AS "endedAt"
    FROM refresh_token t JOIN session s ON s.tenant_id = t.tenant_id AND s.id = t.session_id
    WHERE t.tenant_id = ${tenantId} AND t.hash = ${hash} FOR UPDATE`;
  const now = Date.now();
  if (!found || found.endedAt || found.expiresAt.getTime() <= now) return { state: 'unknown' };
  const { session, user, usedAt, lastUsedAt, expiresAt } = found;
  if (usedAt && now - usedAt.getTime() > GRACE_MS) {
    await endSessions(tx, { ids: [session] }, 'reuse');
    return { state: 'reused', session, user };
  }
  if (now - lastUsedAt.getTime() > idleHours * 3_600_000) {
    await endSessions(tx, { ids: [session] }, 'idle');
    return { state: 'idle', session, user };
  }
  const usedNow = new Date(now);
  if (!usedAt) {
    await tx.refreshToken.updateMany({ where: { tenantId, hash }, data: { usedAt: usedNow } });
  }
  await tx.session.updateMany({ where: { id: session }, data: { lastUsedAt: usedNow } });
  await tx.refreshToken.deleteMany({
    where: { sessionId: session, usedAt: { lt: new Date(now - 7 * 86_400_000) } },
  });
  return {
    state: 'good',
    session,
    user,
    expiresAt,
    token: await issueToken(tx, tenantId, session),
  };
}

/** The live session of a refresh token, used or not. */
export async function sessionOfToken(tx: Transaction, token: string) {
  const found = await tx.refreshToken.findFirst({
    where: { hash: hashToken(token), session: { endedAt: null } },
    select: { session: { select: { id: true, userId: true } } },
  });
  return found?.session ?? null;
}

/**
 * Called before a user changes their own credentials: verifying the password took time, and an
 * administrator's reset meanwhile must win, or a locked-out user could regain the account. The
 * account's row is locked, so that a later reset waits and then overrides the change.
 *
 * @throws Problem `auth.expired` where the session has ended.
 */
export async function holdOwnSession(
  tx: Transaction,
  { userId, id }: { userId: string; id: string },
): Promise<void> {
  await holdAccount(tx, userId);
  if (!(await tx.session.findFirst({ where: { id, userId, endedAt: null } }))) {
    throw new Problem('auth.expired');
  }
}

/** Ends sessions by their ids, or all of a user but one. @returns how many. */
export async function endSessions(
  tx: Transaction,
  which: { ids: string[] } | { userId: string; except?: string },
  endReason: EndReason,
): Promise<number> {
  const where =
    'ids' in which
      ? { id: { in: which.ids } }
      : { userId: which.userId, ...(which.except ? { id: { not: which.except } } : {}) };
  const { count } = await tx.session.updateMany({
    where: { ...where, endedAt: null },
    data: { endedAt: new Date(), endReason },
  });
  return count;
}

export function liveSessions(tx: Transaction, userId: string) {
  return tx.session.findMany({
    where: { userId, endedAt: null, expiresAt: { gt: new Date() } },
    orderBy: [{ lastUsedAt: 'desc' }, { id: 'desc' }],
  });
}
