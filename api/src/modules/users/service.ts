import { ulid } from 'ulid';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Permission } from '../../platform/access/permissions.ts';
import { reachOf } from '../../platform/access/scope.ts';
import { guardedBeyond, guardedDuties } from '../../platform/access/separation-of-duties.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { requireVersion, versionConflict } from '../../platform/kit/save.ts';
import { endSessions } from '../auth/sessions.ts';
import { recordOverride, showOverride } from './duties.ts';
import * as rows from './repository.ts';
import { type AccountRequest, opensToOne } from './request-rows.ts';
import type { AccountRequests } from './requests.ts';
import { checkPerson, checkRoles, grantsHeld, keepOneManager, managed, within } from './rules.ts';
import type {
  AccountChangeRequest,
  AccountQuery,
  NewAccountRequest,
  ShownAccount,
} from './schema.ts';
import { makeFirstPassword, type WaysIn } from './ways-in.ts';

type User = Caller & { account: Account };
export type UsersService = ReturnType<typeof createUsersService>;

/** Accounts: sign-in, person, roles. */
export function createUsersService(options: {
  units: Units;
  waysIn: WaysIn;
  requests: AccountRequests;
}) {
  const { units, waysIn, requests } = options;
  const { reread, tell } = waysIn;

  /**
   * The roles among these that add a guarded duty: they wait for a second person. The others are
   * granted at once.
   */
  async function guardedAmong(
    unit: Unit,
    held: readonly string[],
    added: readonly string[],
  ): Promise<{ roles: string[]; duties: Permission[] }> {
    const roles: string[] = [];
    const duties = new Set<Permission>();
    for (const role of added) {
      const more = guardedBeyond((await rows.grantsOf(unit.tx, [role])) ?? [], held);
      if (more.length > 0) roles.push(role);
      for (const duty of more) duties.add(duty);
    }
    return { roles, duties: [...duties].sort() };
  }

  /** Creates a request where the account has guarded duties. @returns null where it has none. */
  async function askWhereGuarded(
    unit: Unit,
    by: Account,
    row: rows.AccountRow,
    what: { action: 'reset-password' | 'unlock'; removeSecondFactor?: boolean },
  ): Promise<AccountRequest | null> {
    const duties = guardedDuties(await grantsHeld(unit, row));
    return duties.length === 0 ? null : requests.ask(unit, by, row, { ...what, duties });
  }

  return {
    list(user: User, query: AccountQuery): Promise<{ items: ShownAccount[]; next: string | null }> {
      return units.run(user, async (unit) => {
        const reach = reachOf(user.account, 'user:read');
        const after = rows.byUsername.after(query.cursor);
        const found = await rows.findAccounts(unit.tx, reach, query, after);
        const page = rows.byUsername.page(found, query.limit);
        return { items: page.rows.map((row) => rows.showAccount(row)), next: page.next };
      });
    },

    get(user: User, id: string): Promise<ShownAccount> {
      return units.run(user, async (unit) => {
        const row = await within(unit, user.account, 'user:read', id);
        return reread(unit, row.id);
      });
    },

    /** Creates an account with a one-time password. */
    async create(user: User, given: NewAccountRequest) {
      const password = await makeFirstPassword();
      const { account: by, tenant } = user;
      return units.run(user, async (unit) => {
        await rows.lockRights(unit.tx, tenant);
        const { username, displayName, personId } = given;
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
        if (given.roles.length > 0) await checkRoles(unit, by, { id, username }, given.roles);
        const waiting = await guardedAmong(unit, [], given.roles);
        const roles = given.roles.filter((role) => !waiting.roles.includes(role));
        const row = { tenantId: tenant, id, username, displayName, passwordHash: password.hash };
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
        const request =
          waiting.roles.length === 0
            ? null
            : await requests.ask(
                unit,
                by,
                { id, username, personId: personId ?? null },
                { action: 'add-roles', ...waiting },
              );
        return { user: await reread(unit, id), password: password.text, request };
      });
    },

    /** @throws Problem `user.version-conflict` with the current row. */
    change(user: User, id: string, given: AccountChangeRequest): Promise<ShownAccount> {
      const { account: by, tenant } = user;
      return units.run(user, async (unit) => {
        // Serialised with changes of roles: see `roles`.
        await rows.lockRights(unit.tx, tenant);
        const row = await managed(unit, by, id);
        requireVersion('user.version-conflict', row, given.version, rows.showAccount(row));
        const { displayName, personId } = given;
        if (personId) await checkPerson(unit, by, personId, id);
        const before = row.roles.map(({ roleId }) => roleId);
        if (given.roles) await checkRoles(unit, by, row, given.roles);
        const held = await grantsHeld(unit, row);
        const waiting = await guardedAmong(
          unit,
          held,
          (given.roles ?? []).filter((role) => !before.includes(role)),
        );
        const roles = given.roles?.filter((role) => !waiting.roles.includes(role));
        await keepOneManager(unit, async () => {
          if (roles) await rows.setRoles(unit.tx, tenant, id, roles);
          const { count } = await unit.tx.appUser.updateMany({
            where: { id, version: given.version },
            data: {
              ...(displayName ? { displayName } : {}),
              ...(personId !== undefined ? { personId } : {}),
              version: { increment: 1 },
            },
          });
          if (count === 0) throw versionConflict('user.version-conflict', await reread(unit, id));
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
        if (roles && !opensToOne(held)) {
          const left = (await rows.grantsOf(unit.tx, roles)) ?? [];
          if (opensToOne(left)) await requests.endOfUnguarded(unit, row);
        }
        if (waiting.roles.length > 0) {
          await requests.ask(unit, by, row, { action: 'add-roles', ...waiting });
        }
        tell(unit, id);
        return reread(unit, id);
      });
    },

    /** Locks an account: its sessions, sockets and live views end at once. */
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

    /** @returns the request where the account has guarded duties, and nothing was done yet. */
    unlock(user: User, id: string): Promise<ShownAccount | AccountRequest> {
      return units.run(user, async (unit) => {
        await rows.lockRights(unit.tx, user.tenant);
        const row = await managed(unit, user.account, id);
        if (row.person?.status === 'left') {
          throw new Problem('user.unknown', 'The person has left; their account stays closed.');
        }
        const request = await askWhereGuarded(unit, user.account, row, { action: 'unlock' });
        if (request) return request;
        await waysIn.unlock(unit, row);
        return reread(unit, id);
      });
    },

    /** @returns the request where the account has guarded duties, and nothing was done yet. */
    async resetPassword(user: User, id: string, { removeSecondFactor = false }) {
      const password = await makeFirstPassword();
      return units.run(user, async (unit) => {
        await rows.lockRights(unit.tx, user.tenant);
        const row = await managed(unit, user.account, id);
        const what = { action: 'reset-password', removeSecondFactor } as const;
        const request = await askWhereGuarded(unit, user.account, row, what);
        if (request) return request;
        await waysIn.reset(unit, row, password, removeSecondFactor);
        return { user: await reread(unit, id), password: password.text, request: null };
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
