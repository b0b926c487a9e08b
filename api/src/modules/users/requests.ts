import { ulid } from 'ulid';
import type { Account } from '../../platform/access/account.ts';
import { type Caller, systemCaller } from '../../platform/access/caller.ts';
import { holdersOf } from '../../platform/access/holders.ts';
import { mergeGrants } from '../../platform/access/permissions.ts';
import { reachOf } from '../../platform/access/scope.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { holdAccount, type SecondFactor } from '../auth/totp.ts';
import { takeOwnersCode } from './owners-code.ts';
import * as rows from './repository.ts';
import { endOpenRequests, openingActions } from './request-closing.ts';
import {
  type AccountRequest,
  findRequest,
  findRequests,
  isOpen,
  opensToOne,
  type RequestRow,
  showRequest,
} from './request-rows.ts';
import { checkRoles, grantsHeld, managed } from './rules.ts';
import type { ShownAccount } from './schema.ts';
import { type FirstPassword, makeFirstPassword, type WaysIn } from './ways-in.ts';

type User = Caller & { account: Account };

/** Validity of a request. */
export const REQUEST_HOURS = 24;

const words = {
  'reset-password': { zh: '重置密码', en: 'a new password' },
  unlock: { zh: '解锁账号', en: 'to be unlocked' },
  'add-roles': { zh: '授予受保护的角色', en: 'a guarded role' },
} as const;
export type RequestedAction = keyof typeof words;
const renewedWords = {
  zh: '原密码和两步验证已作废，新的一次性密码由确认人交给本人。',
  en: ' The old password and second factor are void; the approver hands the owner a new password.',
} as const;

export type AccountRequests = ReturnType<typeof createAccountRequests>;

/**
 * Access to an account with guarded duties takes two people: one requests, and another account
 * manager approves, or the owner of the account with a code of their own second factor. So no one
 * becomes an auditor or a key custodian by setting that account's password.
 */
export function createAccountRequests(options: {
  units: Units;
  waysIn: WaysIn;
  secondFactor: SecondFactor;
  notices: Notices;
}) {
  const { units, waysIn, secondFactor, notices } = options;

  async function tell(
    unit: Unit,
    to: string[],
    row: { id: string; username: string },
    what: {
      title: { zh: string; en: string };
      body: { zh: string; en: string };
    },
  ): Promise<void> {
    await notices.notify(unit, {
      to,
      kind: 'access.request',
      severity: 'warning',
      ...what,
      link: noticeLink('access.request', row.id),
      subject: { entity: 'account-request', id: row.id },
    });
  }

  /**
   * Closes an open request. Concurrent decisions are serialised, and the second gets a conflict.
   */
  async function close(
    unit: Unit,
    row: RequestRow,
    state: 'approved' | 'refused' | 'withdrawn' | 'expired',
    how: 'second-person' | 'owner-code' | null = null,
  ): Promise<void> {
    const by = unit.caller.account;
    const { count } = await unit.tx.accountRequest.updateMany({
      where: { id: row.id, state: 'open' },
      data: {
        state,
        how,
        decidedAt: new Date(),
        decidedBy: by?.id ?? null,
        decidedByName: by?.username ?? null,
      },
    });
    if (count === 0) throw new Problem('account-request.closed');
    await unit.audit({
      action: `request-${state}`,
      entity: 'account-request',
      id: row.id,
      person: row.user.personId,
      after: {
        user: row.userId,
        username: row.user.username,
        action: row.action,
        how,
        roles: row.roles,
        removeSecondFactor: row.removeSecondFactor,
        requestedBy: row.requestedByName,
      },
    });
  }

  /** The requester must still have the right: a request does not outlive it. */
  async function checkRequester(unit: Unit, row: RequestRow): Promise<void> {
    const asker = await rows.findAccount(unit.tx, row.requestedBy);
    const grants = asker?.active
      ? await rows.grantsOf(
          unit.tx,
          asker.roles.map(({ roleId }) => roleId),
        )
      : [];
    const held = mergeGrants(grants ?? []);
    const needs = row.action === 'add-roles' ? 'role:manage' : 'user:manage';
    if (!held.has(needs)) {
      throw new Problem(
        'account-request.closed',
        'Whoever asked for it may no longer do so. Refuse it, and ask anew where it is needed.',
      );
    }
  }

  /** @returns the password where the account got one. */
  async function carryOut(
    unit: Unit,
    row: RequestRow,
    account: rows.AccountRow,
    password: FirstPassword,
  ): Promise<string | null> {
    switch (row.action as RequestedAction) {
      case 'reset-password':
        await waysIn.reset(unit, account, password, row.removeSecondFactor);
        return password.text;
      case 'unlock':
        await waysIn.unlock(unit, account);
        return null;
      case 'add-roles': {
        const renew = opensToOne(await grantsHeld(unit, account));
        await waysIn.addRoles(unit, account, row.roles);
        if (!renew) return null;
        // The second factor too: with it, the requester could approve a reset as the owner.
        await waysIn.reset(unit, account, password, true);
        // And earlier requests: they were made about an unguarded account.
        await endOpenRequests(unit, notices, account, 'renewed');
        return password.text;
      }
    }
  }

  return {
    /** Creates a request. An identical open one is returned instead. */
    async ask(
      unit: Unit,
      by: Account,
      account: { id: string; username: string; personId: string | null },
      what: {
        action: RequestedAction;
        duties: readonly string[];
        roles?: readonly string[];
        removeSecondFactor?: boolean;
      },
    ): Promise<AccountRequest> {
      const { tx, caller } = unit;
      const { action, duties, roles = [], removeSecondFactor = false } = what;
      await rows.lockRights(tx, caller.tenant);
      const known = (
        await findRequests(tx, { scope: 'all' }, { userId: account.id, open: true })
      ).find(
        (one) =>
          one.action === action &&
          one.requestedBy === by.id &&
          one.removeSecondFactor === removeSecondFactor &&
          one.roles.join() === [...roles].sort().join(),
      );
      if (known) return showRequest(known, by);
      const id = ulid();
      const expiresAt = new Date(Date.now() + REQUEST_HOURS * 3_600_000);
      await tx.accountRequest.create({
        data: {
          tenantId: caller.tenant,
          id,
          userId: account.id,
          action,
          expiresAt,
          removeSecondFactor,
          roles: [...roles].sort(),
          duties: [...duties],
          requestedBy: by.id,
          requestedByName: by.username,
        },
      });
      await unit.audit({
        action: 'request',
        entity: 'account-request',
        id,
        person: account.personId,
        after: {
          user: account.id,
          username: account.username,
          action,
          roles,
          removeSecondFactor,
          duties,
          expiresAt: expiresAt.toISOString(),
        },
      });
      const managers = await Promise.all(
        (['all', 'site'] as const).map((scope) => holdersOf(tx, 'user:manage', scope)),
      );
      const approvers = new Set(managers.flat());
      approvers.delete(by.id);
      approvers.delete(account.id);
      const { zh, en } = words[action];
      await tell(
        unit,
        [account.id, ...approvers],
        { id, username: account.username },
        {
          title: { zh: '账号操作待第二人确认', en: 'An account waits for a second person' },
          body: {
            zh: `${by.username} 申请对账号 ${account.username}：${zh}。`,
            en: `${by.username} asks for the account ${account.username}: ${en}.`,
          },
        },
      );
      const [row] = await findRequests(tx, { scope: 'all' }, { id });
      if (!row) throw new Problem('account-request.unknown');
      return showRequest(row, by);
    },

    list: (user: User, onlyOpen: boolean): Promise<AccountRequest[]> =>
      units.run(user, async ({ tx }) => {
        const reach = reachOf(user.account, 'user:read');
        const found = await findRequests(tx, reach, onlyOpen ? { open: true } : {});
        return found.map((row) => showRequest(row, user.account));
      }),

    /**
     * Executes it. An account with its first guarded duty also gets a new password, and loses its
     * second factor: until now one person alone could have known both.
     *
     * @param code of the owner's second factor; without it, the caller is the second person.
     * @returns the one-time password where there is a new one. It is shown only once.
     */
    async approve(
      user: User,
      id: string,
      code: string | undefined,
    ): Promise<{ request: AccountRequest; user: ShownAccount; password: string | null }> {
      const { account: by } = user;
      const codeOfFactor =
        code === undefined
          ? null
          : await takeOwnersCode({ units, secondFactor }, user, { id, code });
      // Hashed before, needed or not: other changes of rights wait for this transaction.
      const first = await makeFirstPassword();
      return units.run(user, async (unit) => {
        await rows.lockRights(unit.tx, user.tenant);
        const row = await findRequest(unit, by, id);
        // The owner's own changes lock the row without the lock of rights.
        await holdAccount(unit.tx, row.userId);
        const account = await managed(unit, by, row.userId);
        if (!isOpen(row)) throw new Problem('account-request.closed');
        if (codeOfFactor === null && row.requestedBy === by.id) {
          throw new Problem('account-request.second-person');
        }
        if (codeOfFactor !== null && account.totpSince?.getTime() !== codeOfFactor.getTime()) {
          throw new Problem(
            'auth.totp-state',
            'The second factor that the code is of was taken off meanwhile. Ask a second person, or the owner for a code of the one that they have now.',
          );
        }
        await checkRequester(unit, row);
        if (row.action === 'add-roles') {
          const held = account.roles.map(({ roleId }) => roleId);
          await checkRoles(unit, by, account, [...new Set([...held, ...row.roles])]);
        }
        if (row.action === 'unlock' && account.person?.status === 'left') {
          throw new Problem('user.unknown', 'The person has left; their account stays closed.');
        }
        await close(unit, row, 'approved', codeOfFactor === null ? 'second-person' : 'owner-code');
        const password = await carryOut(unit, row, account, first);
        const { zh, en } = words[row.action as RequestedAction];
        const renewed = row.action === 'add-roles' && password !== null;
        await tell(
          unit,
          [account.id, row.requestedBy],
          { id, username: account.username },
          {
            title: { zh: '账号操作已确认执行', en: 'An account was opened by two people' },
            body: {
              zh: `账号 ${account.username}：${zh}。申请人 ${row.requestedByName}，确认人 ${by.username}。${renewed ? renewedWords.zh : ''}`,
              en: `Account ${account.username}: ${en}. Asked for by ${row.requestedByName}, approved by ${by.username}.${renewed ? renewedWords.en : ''}`,
            },
          },
        );
        return {
          request: showRequest(await findRequest(unit, by, id), by),
          user: await waysIn.reread(unit, account.id),
          password,
        };
      });
    },

    /** Refuses it; the requester withdraws it this way. */
    refuse(user: User, id: string): Promise<AccountRequest> {
      const { account: by } = user;
      return units.run(user, async (unit) => {
        const row = await findRequest(unit, by, id);
        await managed(unit, by, row.userId);
        if (!isOpen(row)) throw new Problem('account-request.closed');
        await close(unit, row, row.requestedBy === by.id ? 'withdrawn' : 'refused');
        return showRequest(await findRequest(unit, by, id), by);
      });
    },

    /**
     * Voids pending access requests of an account that lost its last guarded duty: one person alone
     * may reset it now; if it is guarded again, a new request is needed.
     */
    endOfUnguarded: (unit: Unit, account: rows.AccountRow): Promise<number> =>
      endOpenRequests(unit, notices, account, 'unguarded', openingActions),

    /** Records the expiry of requests. They are invalid from the expiry time on. */
    async expire(tenant: string, now = new Date()): Promise<number> {
      return units.run(systemCaller(tenant), async (unit) => {
        const found = await findRequests(unit.tx, { scope: 'all' }, { overdueAt: now });
        for (const row of found) await close(unit, row, 'expired');
        return found.length;
      });
    },
  };
}
