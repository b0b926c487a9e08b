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

/** 70 bits that can be read aloud; for one sign-in only. */
export async function makeFirstPassword(): Promise<FirstPassword> {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  const text = [group(), group(), group(), group()].join('-');
  return { text, hash: await hashPassword(text) };
}

export type WaysIn = ReturnType<typeof createWaysIn>;

/**
 * What opens an account to whoever asked for it. Who may ask, and who has to agree, was decided
 * before.
 */
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
     * Opens a locked account, and one that wrong tries hold up.
     *
     * @throws Problem `user.person-taken` where its person has another open account.
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

    /** Gives a password for one sign-in, which asks for one of their own. Every session ends. */
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

    /** Adds roles to those that the account holds by now. */
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
