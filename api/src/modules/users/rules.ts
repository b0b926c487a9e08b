import type { Account } from '../../platform/access/account.ts';
import { mergeGrants, type Permission, scopes } from '../../platform/access/permissions.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { checkDuties } from './duties.ts';
import * as rows from './repository.ts';

/** An account within the permission's reach; others are unknown. */
export async function within(unit: Unit, by: Account, permission: Permission, id: string) {
  const row = await rows.findAccount(unit.tx, id);
  if (!row || !isWithin(by, reachOf(by, permission), rows.belongingOf(row))) {
    throw new Problem('user.unknown');
  }
  return row;
}

/** The account's permissions. */
export const grantsHeld = async (unit: Unit, row: rows.AccountRow): Promise<string[]> =>
  (await rows.grantsOf(
    unit.tx,
    row.roles.map(({ roleId }) => roleId),
  )) ?? [];

/**
 * An account that the caller may change: within reach, not their own, and without rights wider than
 * the caller's reach; otherwise a head of department could take over an administrator's account. A
 * caller without the right to grant roles cannot change the account of one who has it: a new
 * password would give access to all rights.
 */
export async function managed(unit: Unit, by: Account, id: string): Promise<rows.AccountRow> {
  const row = await within(unit, by, 'user:manage', id);
  if (row.id === by.id) throw new Problem('user.self');
  const grants = await grantsHeld(unit, row);
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

/** The grants of the roles, after all checks on granting. */
export async function checkRoles(
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

/** @throws Problem `role.last-manager` for the last account that manages roles. */
export async function keepOneManager(unit: Unit, work: () => Promise<void>): Promise<void> {
  await rows.lockRights(unit.tx, unit.caller.tenant);
  const before = await rows.countRoleManagers(unit.tx);
  await work();
  if (before > 0 && (await rows.countRoleManagers(unit.tx)) === 0) {
    throw new Problem('role.last-manager');
  }
}

/**
 * Refuses a person who is out of reach, has left, or has an account: a locked one is unlocked
 * instead, so that a person's actions stay under one name.
 *
 * @param except an account that may be the person's already.
 */
export async function checkPerson(unit: Unit, by: Account, personId: string, except?: string) {
  const person = await unit.tx.person.findFirst({
    where: { id: personId },
    include: { department: true, users: { select: { id: true, username: true } } },
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
  const taken = person.users.find(({ id }) => id !== except);
  if (taken) {
    throw new Problem(
      'user.person-taken',
      `The account ${taken.username} is theirs, open or locked. Change or unlock that one, or take the person off it first.`,
    );
  }
}
