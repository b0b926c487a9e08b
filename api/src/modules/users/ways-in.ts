import { randomInt } from 'node:crypto';
import type { AccountEvents } from '../../platform/access/account-events.ts';
import { hashPassword } from '../../platform/access/passwords.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { findOpenAccountOf } from '../auth/repository.ts';
import { endSessions } from '../auth/sessions.ts';
import { blockedUntil, clearThrottle } from '../auth/throttle.ts';
import type { SecondFactor } from '../auth/totp.ts';
import * as rows from './repository.ts';
import type { ShownAccount } from './schema.ts';

export interface FirstPassword {
  text: string;
  hash: string;
}

/** A readable one-time password of 70 bits. */
export async function makeFirstPassword(): Promise<FirstPassword> {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  const text = [group(), group(), group(), group()].join('-');
  return { text, hash: await hashPassword(text) };
}

export type WaysIn = ReturnType<typeof createWaysIn>;

/** Actions that give access to an account. The authorisation was checked before. */
export function createWaysIn(options: { events: AccountEvents; secondFactor: SecondFactor }) {
  const { events, secondFactor } = options;

  const tell = (unit: Unit, user: string) =>
    unit.afterCommit(() => events.publish({ tenant: unit.caller.tenant, user }));

  return {
    tell,

    async reread(unit: Unit, id: string): Promise<ShownAccount> {
      const row = await rows.findAccount(unit.tx, id);
      if (!row) throw new Problem('user.unknown');
      return rows.showAccount(row, await blockedUntil(unit.tx, row.username));
    },

    /**
     * Unlocks a locked or throttled account.
     *
     * @throws Problem `user.person-taken` where its person has another active account.
     */
    async unlock(unit: Unit, row: rows.AccountRow): Promise<void> {
      const other =
        row.personId && (await findOpenAccountOf(unit.tx, row.personId, { id: row.id }));
      if (other) {
        throw new Problem(
          'user.person-taken',
          `Their open account is ${other.username}. Lock that one first, or leave this one closed.`,
        );
      }
      await unit.tx.appUser.updateMany({
        where: { id: row.id },
        data: { active: true, lockedReason: null, version: { increment: 1 } },
      });
      const held = await clearThrottle(unit.tx, unit.caller.tenant, row.username);
      await unit.audit({
        action: 'unlock',
        entity: 'user',
        id: row.id,
        person: row.personId,
        before: { active: row.active, heldUp: held },
        after: { active: true },
      });
      tell(unit, row.id);
    },

    /** Sets a one-time password, which has to be changed at sign-in. Every session ends. */
    async reset(
      unit: Unit,
      row: rows.AccountRow,
      password: FirstPassword,
      removeSecondFactor: boolean,
    ): Promise<void> {
      await unit.tx.appUser.updateMany({
        where: { id: row.id },
        data: { passwordHash: password.hash, mustChangePassword: true, version: { increment: 1 } },
      });
      if (removeSecondFactor) await secondFactor.disable(unit.tx, row.id);
      const ended = await endSessions(unit.tx, { userId: row.id }, 'password');
      await clearThrottle(unit.tx, unit.caller.tenant, row.username);
      await unit.audit({
        action: 'password-reset',
        entity: 'user',
        id: row.id,
        person: row.personId,
        after: { sessionsEnded: ended, removeSecondFactor },
      });
      tell(unit, row.id);
    },

    /** Adds roles to the account's current ones. */
    async addRoles(unit: Unit, row: rows.AccountRow, added: readonly string[]): Promise<void> {
      const before = row.roles.map(({ roleId }) => roleId);
      const roles = [...new Set([...before, ...added])].sort();
      await rows.setRoles(unit.tx, unit.caller.tenant, row.id, roles);
      await unit.tx.appUser.updateMany({
        where: { id: row.id },
        data: { version: { increment: 1 } },
      });
      await unit.audit({
        action: 'update',
        entity: 'user',
        id: row.id,
        person: row.personId,
        before: { roles: before },
        after: { roles },
      });
      tell(unit, row.id);
    },
  };
}
