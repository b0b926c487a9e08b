import { createHash, randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { holdAccount } from './totp.ts';

/**
 * A refresh token that was used within so many milliseconds is taken again: two tabs that ask at the
 * same moment, or an answer that got lost. Later it shows that someone else has it.
 */
export const GRACE_MS = 10_000;
/** Sessions of one user at a time. The oldest end for the newest. */
const MOST_SESSIONS = 50;

export type EndReason =
  | 'signed-out'
  | 'ended-by-user'
  | 'reuse'
  | 'idle'
  | 'password'
  | 'locked'
  | 'too-many';

const hashToken = (token: string) => createHash('sha256').update(token).digest('hex');

async function issueToken(tx: Transaction, tenantId: string, sessionId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await tx.refreshToken.create({ data: { tenantId, sessionId, hash: hashToken(token) } });
  return token;
}

/** Begins a session. @returns its id and the first refresh token, of which only a hash is kept. */
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
  // What ended long ago is of no use to anyone.
  await tx.session.deleteMany({
    where: { userId, expiresAt: { lt: new Date(Date.now() - 30 * 86_400_000) } },
  });
  return { id, token: await issueToken(tx, tenantId, id), expiresAt };
}

export type Refreshed =
  | { state: 'good'; session: string; user: string; token: string; expiresAt: Date }
  /** The whole session has ended by it; `user` for the audit log. */
  | { state: 'reused' | 'idle'; session: string; user: string }
  | { state: 'unknown' };

/** Takes a refresh token, which works once, for the next one. */
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
 * Before someone changes how their own account is opened: comparing the password took a while, and an
 * administrator's reset meanwhile must have the last word, or whoever is put out would put themselves
 * back in. The account's row is held, so that a reset that comes now waits and then undoes the change.
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
