import { ulid } from 'ulid';
import type { Transaction } from '../../platform/database.ts';
import { seedRoles } from '../../platform/seed-roles.ts';

/** A new account. The password is hashed already. */
export interface NewAccount {
  username: string;
  displayName: { zh: string; en: string };
  passwordHash: string;
  roles: string[];
  demo: boolean;
}

/** Adds the seed roles that the tenant lacks; the tenant's own changes stay. */
export async function ensureRoles(tx: Transaction, tenantId: string): Promise<void> {
  await tx.role.createMany({
    data: seedRoles.map((role) => ({ tenantId, ...role })),
    skipDuplicates: true,
  });
}

export function findByUsername(tx: Transaction, username: string) {
  return tx.appUser.findFirst({ where: { username } });
}

/** Makes an account, or sets the password, name and roles of the one with this user name. */
export async function saveAccount(
  tx: Transaction,
  tenantId: string,
  account: NewAccount,
): Promise<void> {
  const { roles, username, ...fields } = account;
  const { id } = await tx.appUser.upsert({
    where: { tenantId_username: { tenantId, username } },
    create: { tenantId, id: ulid(), username, ...fields },
    update: fields,
  });
  await tx.userRole.deleteMany({ where: { userId: id, roleId: { notIn: roles } } });
  await tx.userRole.createMany({
    data: roles.map((roleId) => ({ tenantId, userId: id, roleId })),
    skipDuplicates: true,
  });
}
