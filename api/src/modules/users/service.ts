import { randomInt } from 'node:crypto';
import { ulid } from 'ulid';
import type { Account } from '../../platform/account.ts';
import type { AccountEvents } from '../../platform/account-events.ts';
import type { Caller } from '../../platform/caller.ts';
import { Problem } from '../../platform/errors.ts';
import { hashPassword } from '../../platform/passwords.ts';
import { mergeGrants, type Permission, scopes } from '../../platform/permissions.ts';
import { isWithin, reachOf } from '../../platform/scope.ts';
import type { Unit, Units } from '../../platform/unit-of-work.ts';
import { endSessions } from '../auth/sessions.ts';
import { blockedUntil, clearThrottle } from '../auth/throttle.ts';
import type { SecondFactor } from '../auth/totp.ts';
import { checkDuties, recordOverride, showOverride } from './duties.ts';
import * as rows from './repository.ts';
import type {
  AccountChangeRequest,
  AccountQuery,
  NewAccountRequest,
  ShownAccount,
} from './schema.ts';

type User = Caller & { account: Account };
export type UsersService = ReturnType<typeof createUsersService>;

/** Accounts: who may sign in, whose they are, which roles they hold. */
export function createUsersService(options: {
  units: Units;
  events: AccountEvents;
  secondFactor: SecondFactor;
}) {
  const { units, events, secondFactor } = options;

  /** One that the permission reaches; what lies outside is as if it were not there. */
  async function within(unit: Unit, by: Account, permission: Permission, id: string) {
    const row = await rows.findAccount(unit.tx, id);
    if (!row || !isWithin(by, reachOf(by, permission), rows.belongingOf(row))) {
      throw new Problem('user.unknown');
    }
    return row;
  }

  /**
   * One that the caller may change: within reach, not their own, and without rights wider than the
   * caller's own reach, or a head of department could take over an administrator's account. Nor
   * does who may give no rights touch the account of who may: a new password for it would be a way
   * to all of them.
   */
  async function managed(unit: Unit, by: Account, id: string) {
    const row = await within(unit, by, 'user:manage', id);
    if (row.id === by.id) throw new Problem('user.self');
    const roles = row.roles.map(({ roleId }) => roleId);
    const grants = (await rows.grantsOf(unit.tx, roles)) ?? [];
    refuseWider(by, grants);
    if (mergeGrants(grants).has('role:manage') && !by.permissions.has('role:manage')) {
      throw new Problem('user.beyond-own');
    }
    return row;
  }

  function refuseWider(by: Account, grants: readonly string[]): void {
    const mine = scopes.indexOf(by.permissions.get('user:manage') ?? 'own');
    for (const scope of mergeGrants(grants).values()) {
      if (scopes.indexOf(scope) > mine) throw new Problem('user.beyond-own');
    }
  }

  /** What the roles give, after every rule on who may have it from whom. */
  async function checkRoles(
    unit: Unit,
    by: Account,
    holder: { id: string; username: string },
    roles: readonly string[],
  ): Promise<void> {
    if (!by.permissions.has('role:manage')) {
      throw new Problem(
        'auth.forbidden',
        'Giving and taking roles needs the permission role:manage.',
      );
    }
    const grants = await rows.grantsOf(unit.tx, roles);
    if (!grants) throw new Problem('role.unknown', 'One of the roles does not exist.');
    refuseWider(by, grants);
    await checkDuties(unit.tx, holder, grants, by.id);
  }

  async function keepOneManager(unit: Unit, work: () => Promise<void>): Promise<void> {
    await rows.lockRights(unit.tx, unit.caller.tenant);
    const before = await rows.countRoleManagers(unit.tx);
    await work();
    if (before > 0 && (await rows.countRoleManagers(unit.tx)) === 0) {
      throw new Problem('role.last-manager');
    }
  }

  async function checkPerson(unit: Unit, by: Account, personId: string, except?: string) {
    const person = await unit.tx.person.findFirst({
      where: { id: personId },
      include: { department: true, users: { select: { id: true } } },
    });
    const place = person && {
      person: person.id,
      department: person.departmentId,
      site: person.department.site,
    };
    if (!place || !isWithin(by, reachOf(by, 'user:manage'), place)) {
      throw new Problem('user.unknown', 'There is no such person within your reach.');
    }
    if (person.status === 'left') throw new Problem('user.unknown', 'The person has left.');
    if (person.users.some(({ id }) => id !== except)) throw new Problem('user.person-taken');
  }

  async function reread(unit: Unit, id: string): Promise<ShownAccount> {
    const row = await rows.findAccount(unit.tx, id);
    if (!row) throw new Problem('user.unknown');
    return rows.showAccount(row, await blockedUntil(unit.tx, row.username));
  }

  const tell = (unit: Unit, user: string) =>
    unit.afterCommit(() => events.publish({ tenant: unit.caller.tenant, user }));

  return {
    list(user: User, query: AccountQuery): Promise<{ items: ShownAccount[]; next: string | null }> {
      return units.run(user, async (unit) => {
        const reach = reachOf(user.account, 'user:read');
        const after = query.cursor === undefined ? null : readCursor(query.cursor);
        const found = await rows.findAccounts(unit.tx, reach, query, after);
        const page = found.slice(0, query.limit);
        const last = page.at(-1);
        return {
          items: page.map((row) => rows.showAccount(row)),
          next: last && found.length > page.length ? writeCursor(last.username) : null,
        };
      });
    },

    get(user: User, id: string): Promise<ShownAccount> {
      return units.run(user, async (unit) => {
        const row = await within(unit, user.account, 'user:read', id);
        return reread(unit, row.id);
      });
    },

    /** Makes an account with a password that its owner has to change. */
    async create(user: User, given: NewAccountRequest) {
      const password = firstPassword();
      const passwordHash = await hashPassword(password);
      const { account: by, tenant } = user;
      return units.run(user, async (unit) => {
        const { username, displayName, roles, personId } = given;
        if (reachOf(by, 'user:manage').scope !== 'all' && !personId) {
          throw new Problem(
            'user.beyond-own',
            'Name the person of your reach whose account it is.',
          );
        }
        if (await unit.tx.appUser.findFirst({ where: { username } }))
          throw new Problem('user.taken');
        if (personId) await checkPerson(unit, by, personId);
        const id = ulid();
        if (roles.length > 0) await checkRoles(unit, by, { id, username }, roles);
        const row = { tenantId: tenant, id, username, displayName, passwordHash };
        await unit.tx.appUser.create({
          data: { ...row, personId: personId ?? null, mustChangePassword: true },
        });
        await rows.setRoles(unit.tx, tenant, id, roles);
        await unit.audit({
          action: 'create',
          entity: 'user',
          id,
          person: personId ?? null,
          after: { username, displayName, roles },
        });
        return { user: await reread(unit, id), password };
      });
    },

    /** @throws Problem `user.version-conflict` with the row as it is now. */
    change(user: User, id: string, given: AccountChangeRequest): Promise<ShownAccount> {
      const { account: by, tenant } = user;
      return units.run(user, async (unit) => {
        const row = await managed(unit, by, id);
        if (row.version !== given.version) {
          const current = rows.showAccount(row);
          throw new Problem('user.version-conflict', undefined, { current });
        }
        const { displayName, roles, personId } = given;
        if (personId) await checkPerson(unit, by, personId, id);
        const before = row.roles.map(({ roleId }) => roleId);
        await keepOneManager(unit, async () => {
          if (roles) {
            await checkRoles(unit, by, row, roles);
            await rows.setRoles(unit.tx, tenant, id, roles);
          }
          const { count } = await unit.tx.appUser.updateMany({
            where: { id, version: given.version },
            data: {
              ...(displayName ? { displayName } : {}),
              ...(personId !== undefined ? { personId } : {}),
              version: { increment: 1 },
            },
          });
          if (count === 0) throw new Problem('user.version-conflict');
        });
        await unit.audit({
          action: 'update',
          entity: 'user',
          id,
          person: row.personId,
          before: {
            ...(displayName ? { displayName: row.displayName } : {}),
            ...(roles ? { roles: before } : {}),
            ...(personId !== undefined ? { personId: row.personId } : {}),
          },
          after: {
            ...(displayName ? { displayName } : {}),
            ...(roles ? { roles } : {}),
            ...(personId !== undefined ? { personId } : {}),
          },
        });
        tell(unit, id);
        return reread(unit, id);
      });
    },

    /** Closes an account: its sessions, sockets and live views end now. */
    lock(user: User, id: string, reason: string): Promise<ShownAccount> {
      return units.run(user, async (unit) => {
        const row = await managed(unit, user.account, id);
        await keepOneManager(unit, async () => {
          await unit.tx.appUser.updateMany({
            where: { id },
            data: { active: false, lockedReason: reason, version: { increment: 1 } },
          });
        });
        const ended = await endSessions(unit.tx, { userId: id }, 'locked');
        await unit.audit({
          action: 'lock',
          entity: 'user',
          id,
          person: row.personId,
          before: { active: row.active },
          after: { active: false, sessionsEnded: ended },
          reason,
        });
        tell(unit, id);
        return reread(unit, id);
      });
    },

    /** Opens a locked account, and one that wrong tries hold up. */
    unlock(user: User, id: string): Promise<ShownAccount> {
      return units.run(user, async (unit) => {
        const row = await managed(unit, user.account, id);
        if (row.person?.status === 'left') {
          throw new Problem('user.unknown', 'The person has left; their account stays closed.');
        }
        await unit.tx.appUser.updateMany({
          where: { id },
          data: { active: true, lockedReason: null, version: { increment: 1 } },
        });
        const held = await clearThrottle(unit.tx, user.tenant, row.username);
        await unit.audit({
          action: 'unlock',
          entity: 'user',
          id,
          person: row.personId,
          before: { active: row.active, heldUp: held },
          after: { active: true },
        });
        tell(unit, id);
        return reread(unit, id);
      });
    },

    /** Gives a password for one sign-in, which asks for one of their own. Every session ends. */
    async resetPassword(user: User, id: string, { removeSecondFactor = false }) {
      const password = firstPassword();
      const passwordHash = await hashPassword(password);
      return units.run(user, async (unit) => {
        const row = await managed(unit, user.account, id);
        await unit.tx.appUser.updateMany({
          where: { id },
          data: { passwordHash, mustChangePassword: true, version: { increment: 1 } },
        });
        if (removeSecondFactor) await secondFactor.disable(unit.tx, id);
        const ended = await endSessions(unit.tx, { userId: id }, 'password');
        await clearThrottle(unit.tx, user.tenant, row.username);
        await unit.audit({
          action: 'password-reset',
          entity: 'user',
          id,
          person: row.personId,
          after: { sessionsEnded: ended, removeSecondFactor },
        });
        tell(unit, id);
        return { user: await reread(unit, id), password };
      });
    },

    overrides(user: User, id: string) {
      return units.run(user, async (unit) => {
        await within(unit, user.account, 'user:read', id);
        const found = await unit.tx.dutyOverride.findMany({
          where: { userId: id },
          orderBy: { id: 'desc' },
        });
        return found.map(showOverride);
      });
    },

    addOverride(user: User, id: string, given: { conflict: string; reason: string }) {
      return units.run(user, async (unit) => {
        const row = await within(unit, user.account, 'role:manage', id);
        return recordOverride(unit, row, given);
      });
    },
  };
}

/** 70 bits that can be read aloud; for one sign-in only. */
function firstPassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}

const writeCursor = (username: string) => Buffer.from(`user|${username}`).toString('base64url');

function readCursor(cursor: string): string {
  const [kind, username, ...rest] = Buffer.from(cursor, 'base64url').toString().split('|');
  if (kind !== 'user' || !username || rest.length > 0) throw new Problem('request.cursor');
  return username;
}
