import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { AccountEvents } from '../../platform/access/account-events.ts';
import type { Caller } from '../../platform/access/caller.ts';
import {
  mergeGrants,
  type Permission,
  permissions,
  scopes,
  scopesOf,
} from '../../platform/access/permissions.ts';
import { reachOf } from '../../platform/access/scope.ts';
import { seedHash, seedRoles } from '../../platform/access/seed-roles.ts';
import {
  conflictsOf,
  dutyConflicts,
  guardedBeyond,
} from '../../platform/access/separation-of-duties.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { requireVersion } from '../../platform/kit/save.ts';
import { checkDuties, conflictProblem } from '../users/duties.ts';
import { lockRights } from '../users/repository.ts';
import { keepOneManager } from '../users/rules.ts';
import type { OwnRights, permissionList, RoleChange, ShownRole } from './schema.ts';

type User = Caller & { account: Account };
type Row = Awaited<ReturnType<typeof findRoles>>[number];
export type RolesService = ReturnType<typeof createRolesService>;

const findRoles = (tx: Transaction, id?: string) =>
  tx.role.findMany({
    ...(id === undefined ? {} : { where: { id } }),
    include: { holders: { select: { userId: true } } },
    orderBy: { id: 'asc' },
  });

/** Roles are the tenant's own data: permissions with scopes. */
export function createRolesService(options: { units: Units; events: AccountEvents }) {
  const { units, events } = options;

  /**
   * Changing a role affects all of its holders. An administrator restricted to a department may
   * assign roles, but not change them.
   */
  function requireAll(by: Account): void {
    if (reachOf(by, 'role:manage').scope !== 'all') {
      throw new Problem(
        'auth.forbidden',
        'Changing roles needs the permission role:manage for all.',
      );
    }
  }

  async function find(unit: Unit, id: string): Promise<Row> {
    const [row] = await findRoles(unit.tx, id);
    if (!row) throw new Problem('role.unknown');
    return row;
  }

  /** A role that the caller holds may be reduced, never extended. */
  function refuseOwn(row: Row, given: RoleChange, by: Account): void {
    if (!row.holders.some(({ userId }) => userId === by.id)) return;
    const before = mergeGrants(row.permissions);
    for (const [permission, scope] of mergeGrants(given.permissions)) {
      const had = before.get(permission);
      if (had === undefined || scopes.indexOf(scope) > scopes.indexOf(had)) {
        throw new Problem('user.self', `You hold the role; someone else adds ${permission} to it.`);
      }
    }
  }

  /**
   * A guarded duty is granted by two people, never by extending a role that the person already
   * holds.
   */
  async function refuseGuarded(unit: Unit, row: Row, grants: readonly string[]): Promise<void> {
    const more = guardedBeyond(grants, row.permissions);
    if (more.length === 0) return;
    const asked = await countAsked(unit, row.id);
    if (asked > 0) {
      throw new Problem(
        'role.guarded',
        `${asked} requests to give the role wait for a second person, who would give ${more.join(', ')} unseen. Have them refused first, then change the role and ask anew.`,
      );
    }
    if (row.holders.length === 0) return;
    throw new Problem(
      'role.guarded',
      `${row.holders.length} accounts hold the role and would get ${more.join(', ')}. Put it into a role that nobody holds yet, and give that role: each giving asks a second person.`,
    );
  }

  /** Number of pending requests to grant the role: approving one grants what was requested. */
  const countAsked = (unit: Unit, id: string): Promise<number> =>
    unit.tx.accountRequest.count({
      where: { state: 'open', expiresAt: { gt: new Date() }, roles: { has: id } },
    });

  /** Each holder's resulting permissions must not combine separated duties. */
  async function checkHolders(unit: Unit, row: Row, grants: string[], by: Account): Promise<void> {
    const holders = await unit.tx.appUser.findMany({
      where: { id: { in: row.holders.map(({ userId }) => userId) } },
      include: { roles: { include: { role: true } } },
    });
    for (const holder of holders) {
      const others = holder.roles
        .filter(({ roleId }) => roleId !== row.id)
        .flatMap(({ role }) => role.permissions);
      await checkDuties(unit.tx, holder, [...others, ...grants], by.id);
    }
  }

  return {
    permissions(): z.infer<typeof permissionList> {
      return {
        items: Object.entries(permissions).map(([id, { zh, en }]) => ({
          id,
          name: { zh, en },
          scopes: [...scopesOf(id as Permission)],
        })),
        scopes: [...scopes],
        conflicts: dutyConflicts.map(({ id, why, duties }) => ({
          id,
          why,
          permissions: duties.map(({ permission }) => permission),
          from: duties.map(({ from }) => from),
        })),
      };
    },

    /** One's own permissions, which do not require access to the list of roles. */
    own: (user: User): Promise<OwnRights> =>
      units.run(user, async ({ tx }) => {
        const held = await findRoles(tx);
        return {
          roles: held
            .filter(({ id }) => user.account.roles.includes(id))
            .map(({ id, name }) => ({ id, name: name as OwnRights['roles'][number]['name'] })),
          permissions: [...user.account.permissions].map(([id, scope]) => {
            const { zh, en } = permissions[id];
            return { id, name: { zh, en }, scope };
          }),
        };
      }),

    list: (user: User): Promise<ShownRole[]> =>
      units.run(user, async ({ tx }) => (await findRoles(tx)).map(show)),

    get: (user: User, id: string): Promise<ShownRole> =>
      units.run(user, async (unit) => show(await find(unit, id))),

    /** Creates or changes a role. @throws Problem `role.version-conflict` with the current row. */
    save(user: User, id: string, given: RoleChange): Promise<ShownRole> {
      const { account: by, tenant } = user;
      requireAll(by);
      return units.run(user, async (unit) => {
        await lockRights(unit.tx, tenant);
        const [row] = await findRoles(unit.tx, id);
        if (row) requireVersion('role.version-conflict', row, given.version ?? 0, show(row));
        if (!row && given.version !== undefined) throw new Problem('role.unknown');
        const conflicts = conflictsOf(given.permissions);
        if (conflicts.length > 0) throw conflictProblem(conflicts, null);
        const grants = [...new Set(given.permissions)];
        const { name, keepOnTransfer } = given;
        const data = { name, keepOnTransfer, permissions: grants };
        if (!row) await unit.tx.role.create({ data: { tenantId: tenant, id, ...data } });
        else {
          refuseOwn(row, given, by);
          await checkHolders(unit, row, grants, by);
          await refuseGuarded(unit, row, grants);
          await keepOneManager(unit, async () => {
            await unit.tx.role.updateMany({
              where: { id },
              data: { ...data, version: { increment: 1 } },
            });
          });
        }
        await unit.audit({
          action: row ? 'update' : 'create',
          entity: 'role',
          id,
          before: row
            ? { name: row.name, permissions: row.permissions, keepOnTransfer: row.keepOnTransfer }
            : null,
          after: data,
        });
        unit.afterCommit(() => events.publish({ tenant, user: null }));
        return show(await find(unit, id));
      });
    },

    remove(user: User, id: string): Promise<void> {
      requireAll(user.account);
      return units.run(user, async (unit) => {
        await lockRights(unit.tx, user.tenant);
        const row = await find(unit, id);
        if (isSeeded(id)) throw new Problem('role.seeded');
        if (row.holders.length > 0) {
          throw new Problem('role.in-use', `${row.holders.length} accounts hold it.`);
        }
        const asked = await countAsked(unit, id);
        if (asked > 0) {
          throw new Problem(
            'role.in-use',
            `${asked} requests to give it wait for a second person.`,
          );
        }
        await unit.tx.role.deleteMany({ where: { id } });
        await unit.audit({
          action: 'delete',
          entity: 'role',
          id,
          before: { name: row.name, permissions: row.permissions },
        });
      });
    },
  };
}

const isSeeded = (id: string) => seedRoles.some((seed) => seed.id === id);

function show(row: Row): ShownRole {
  const name = row.name as ShownRole['name'];
  const { id, permissions, keepOnTransfer, version } = row;
  return {
    id,
    name,
    permissions,
    keepOnTransfer,
    version,
    seeded: isSeeded(id),
    changed:
      row.seedHash !== null && row.seedHash !== seedHash({ name, permissions, keepOnTransfer }),
    holders: row.holders.length,
  };
}
