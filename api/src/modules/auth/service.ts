import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { AccountEvents } from '../../platform/access/account-events.ts';
import type { Accounts, KnownAccount } from '../../platform/access/accounts.ts';
import type { Auth } from '../../platform/access/auth.ts';
import { type Caller, systemCaller } from '../../platform/access/caller.ts';
import { checkPassword, hashPassword, passwordMatches } from '../../platform/access/passwords.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { createOwnSessions } from './own-sessions.ts';
import type { loginResponse, userSchema } from './schema.ts';
import {
  beginSession,
  endSessions,
  holdOwnSession,
  rotateToken,
  sessionOfToken,
} from './sessions.ts';
import {
  attemptSucceeded,
  countAttempt,
  type Source,
  takeRefused,
  uncountAttempt,
} from './throttle.ts';
import type { SecondFactor } from './totp.ts';

/** Origin of a request before authentication. */
export interface Visitor {
  address: string | null;
  agent: string | null;
  requestId: string | null;
}

/** Where a sign-in comes from. */
export interface SigningIn extends Visitor {
  /** A device that the account knows, see known-devices.ts; null for none. */
  device: string | null;
  /** The refresh token of the browser, which the new one replaces: its session ends. */
  replaces?: string | undefined;
}

/** A response with an access token, and the refresh token for the cookie. */
export interface SignedIn {
  answer: z.infer<typeof loginResponse>;
  refresh: { token: string; expiresAt: Date };
}

export interface AuthServiceOptions {
  auth: Auth;
  accounts: Accounts;
  events: AccountEvents;
  units: Units;
  secondFactor: SecondFactor;
  tenant: string;
  session: { idleHours: number; days: number };
  /** The enabled features, for the menu. */
  features?: (tenant: string) => Promise<string[]> | string[];
}

/**
 * Verifying a password takes time, especially under load. If the account was locked or its password
 * changed meanwhile, no session may start. The row is locked, so that a later change waits and then
 * ends the session, too.
 */
async function isStillSo(tx: Transaction, known: KnownAccount): Promise<boolean> {
  const found = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM app_user WHERE id = ${known.account.id} AND active
      AND password_hash = ${known.passwordHash}
      AND (totp_since IS NOT NULL) = ${known.secondFactor} FOR NO KEY UPDATE`;
  return found.length === 1;
}

export type AuthService = ReturnType<typeof createAuthService>;

export function createAuthService(options: AuthServiceOptions) {
  const { auth, accounts, events, units, secondFactor, tenant } = options;
  const { idleHours, days } = options.session;
  const visitor = ({ address, requestId }: Visitor, account: Account | null): Caller => ({
    tenant,
    account,
    address,
    requestId,
  });

  async function answer(known: KnownAccount, session: string): Promise<SignedIn['answer']> {
    return { ...auth.issue(known.account, session), user: await show(known) };
  }

  async function show(known: KnownAccount): Promise<z.infer<typeof userSchema>> {
    const { id, username, displayName, roles, person, department, site } = known.account;
    const features = await options.features?.(tenant);
    return {
      id,
      username,
      displayName,
      roles,
      person,
      department,
      site,
      permissions: [...known.account.permissions.keys()].sort(),
      scopes: Object.fromEntries(known.account.permissions),
      secondFactor: known.secondFactor,
      mustChangePassword: known.mustChangePassword,
      ...(features ? { features } : {}),
    };
  }

  /**
   * Ends the session whose cookie is replaced by a new one. The browser drops that cookie, so its user could
   * not sign out of the session any more.
   */
  async function endReplaced(unit: Unit, token: string | undefined): Promise<void> {
    const old = token ? await sessionOfToken(unit.tx, token) : null;
    if (!old || (await endSessions(unit.tx, { ids: [old.id] }, 'replaced')) === 0) return;
    await unit.audit({
      action: 'session-ended',
      entity: 'session',
      id: old.id,
      after: { user: old.userId, why: 'another sign-in in the same browser' },
    });
    unit.afterCommit(() => events.publish({ tenant, user: old.userId }));
  }

  return {
    ...createOwnSessions({ units, events, tenant }),

    /** @throws Problem that does not reveal whether the name or the password is wrong. */
    async login(
      { username, password, totp }: { username: string; password: string; totp?: string },
      from: SigningIn,
    ): Promise<SignedIn> {
      const source: Source =
        from.device === null ? { address: from.address ?? '' } : { device: from.device };
      const attempt = await units.run(visitor(from, null), ({ tx }) =>
        countAttempt(tx, tenant, username, source),
      );
      if (!attempt.allowed) {
        const { retryAfterSeconds } = attempt;
        throw new Problem('auth.too-many', undefined, { retryAfterSeconds });
      }
      const known = await accounts.byName(tenant, username);
      const matches = await passwordMatches(known?.passwordHash ?? null, password);
      const outcome = await units.run(visitor(from, known?.account ?? null), async (unit) => {
        const { tx } = unit;
        const fail = async (why: 'password' | 'code') => {
          await unit.audit({
            action: 'sign-in-failed',
            entity: 'user',
            id: known?.account.id ?? null,
            person: known?.account.person ?? null,
            // An unknown name may be a password in the wrong field and is not logged.
            after: {
              why,
              known: known !== null,
              failures: attempt.failures,
              knownDevice: from.device !== null,
            },
          });
          if (attempt.blockedUntil) {
            await unit.audit({
              action: 'sign-in-blocked',
              entity: 'user',
              id: known?.account.id ?? null,
              person: known?.account.person ?? null,
              after: {
                until: attempt.blockedUntil.toISOString(),
                failures: attempt.failures,
                refusedBefore: await takeRefused(tx, tenant, username, source),
              },
            });
          }
          return why;
        };
        if (!known || !matches || !(await isStillSo(tx, known))) return fail('password');
        const { account } = known;
        let by: 'password' | 'code' | 'recovery-code' = 'password';
        if (known.secondFactor) {
          if (totp === undefined) {
            await uncountAttempt(tx, tenant, username, source);
            return 'code-needed';
          }
          if (await secondFactor.take(tx, tenant, account.id, totp)) by = 'code';
          else if (await secondFactor.recover(tx, account.id, totp)) by = 'recovery-code';
          else return fail('code');
        }
        const refusedBefore = await takeRefused(tx, tenant, username, source);
        await attemptSucceeded(tx, tenant, username, source);
        const session = await beginSession(tx, tenant, {
          userId: account.id,
          address: from.address,
          agent: from.agent,
          days,
        });
        await endReplaced(unit, from.replaces);
        await unit.audit({
          action: 'sign-in',
          entity: 'user',
          id: account.id,
          person: account.person,
          after: {
            session: session.id,
            by,
            failuresBefore: attempt.failures - 1,
            refusedBefore,
            knownDevice: from.device !== null,
          },
        });
        return session;
      });
      if (outcome === 'password') throw new Problem('auth.wrong');
      if (outcome === 'code-needed') throw new Problem('auth.totp-needed');
      if (outcome === 'code') throw new Problem('auth.totp-wrong');
      return { answer: await answer(known!, outcome.id), refresh: outcome };
    },

    /** @throws Problem `auth.expired` where the token belongs to no live session. */
    async refresh(token: string | undefined, from: Visitor): Promise<SignedIn> {
      if (!token) throw new Problem('auth.required', 'Sign in: there is no session to renew.');
      const refreshed = await units.run(visitor(from, null), async (unit) => {
        const result = await rotateToken(unit.tx, tenant, token, idleHours);
        if (result.state === 'reused') {
          await unit.audit({
            action: 'session-ended',
            entity: 'session',
            id: result.session,
            after: { user: result.user, why: 'a used refresh token came back' },
          });
        }
        return result;
      });
      if (refreshed.state === 'unknown') throw new Problem('auth.expired');
      if (refreshed.state !== 'good') {
        events.publish({ tenant, user: refreshed.user });
        throw new Problem('auth.expired');
      }
      const { session, user, expiresAt } = refreshed;
      const known = await accounts.ofSession(tenant, user, session);
      if (!known) throw new Problem('auth.expired');
      const idle = new Date(Date.now() + idleHours * 3_600_000);
      return {
        answer: await answer(known, session),
        refresh: { token: refreshed.token, expiresAt: idle < expiresAt ? idle : expiresAt },
      };
    },

    /** Whether the refresh token is of a session: one read of an index. */
    knowsRefresh: (token: string | undefined): Promise<boolean> =>
      token === undefined
        ? Promise.resolve(false)
        : units.run(
            systemCaller(tenant),
            async ({ tx }) => (await sessionOfToken(tx, token)) !== null,
          ),

    /** Ends the session of the cookie, or of the access token without one. */
    async logout(
      { cookie, bearer }: { cookie?: string | undefined; bearer?: string | undefined },
      from: Visitor,
    ): Promise<void> {
      const verified = bearer ? await auth.verify(bearer).catch(() => null) : null;
      await units.run(visitor(from, verified?.account ?? null), async (unit) => {
        const found =
          (cookie ? await sessionOfToken(unit.tx, cookie) : null) ??
          (verified ? { id: verified.session, userId: verified.account.id } : null);
        if (!found) return;
        if ((await endSessions(unit.tx, { ids: [found.id] }, 'signed-out')) === 0) return;
        await unit.audit({
          action: 'sign-out',
          entity: 'user',
          id: found.userId,
          after: { session: found.id },
        });
        unit.afterCommit(() => events.publish({ tenant, user: found.userId }));
      });
    },

    async me(account: Account): Promise<z.infer<typeof userSchema>> {
      const known = await accounts.byId(tenant, account.id);
      if (!known) throw new Problem('auth.expired');
      return show(known);
    },

    /**
     * Changes the password and ends all other sessions of the account.
     *
     * @throws Problem `auth.password-wrong`, `auth.password-weak`.
     */
    async changePassword(
      caller: Caller & { account: Account },
      session: string,
      { current, next }: { current: string; next: string },
    ): Promise<void> {
      const { account } = caller;
      await this.confirmPassword(caller, current);
      checkPassword(next, account.username);
      if (current === next) throw new Problem('auth.password-weak', 'It is the present one.');
      const passwordHash = await hashPassword(next);
      await units.run(caller, async (unit) => {
        await holdOwnSession(unit.tx, { userId: account.id, id: session });
        await unit.tx.appUser.updateMany({
          where: { id: account.id },
          data: { passwordHash, mustChangePassword: false },
        });
        const ended = await endSessions(
          unit.tx,
          { userId: account.id, except: session },
          'password',
        );
        await unit.audit({
          action: 'password-changed',
          entity: 'user',
          id: account.id,
          person: account.person,
          after: { sessionsEnded: ended },
        });
        unit.afterCommit(() => events.publish({ tenant, user: account.id }));
      });
    },

    /** Protects against a stolen access token. Failed attempts count as sign-in attempts. */
    async confirmPassword(caller: Caller & { account: Account }, password: string): Promise<void> {
      const { account } = caller;
      const attempt = await units.run(caller, ({ tx }) =>
        countAttempt(tx, tenant, account.username, { check: 'own-password' }),
      );
      if (!attempt.allowed) {
        const { retryAfterSeconds } = attempt;
        throw new Problem('auth.too-many', undefined, { retryAfterSeconds });
      }
      const known = await accounts.byName(tenant, account.username);
      if (!known || !(await passwordMatches(known.passwordHash, password))) {
        throw new Problem('auth.password-wrong');
      }
      await units.run(caller, ({ tx }) =>
        attemptSucceeded(tx, tenant, account.username, { check: 'own-password' }),
      );
    },
  };
}
