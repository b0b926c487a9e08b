import { ulid } from 'ulid';
import { systemCaller } from '../../platform/access/caller.ts';
import { firstVersion, seedHash, seedRoles } from '../../platform/access/seed-roles.ts';
import { auditLines } from '../../platform/audit/entry.ts';
import type { Transaction } from '../../platform/db/database.ts';

/** A new account, with a hashed password. */
export interface NewAccount {
  username: string;
  displayName: { zh: string; en: string };
  passwordHash: string;
  roles: string[];
  demo: boolean;
  personId?: string | null;
}

const LOCK = 4_141_003;

/**
 * Adds missing seed roles, and upgrades unchanged ones to this version's. Changed roles are kept.
 */
export async function ensureRoles(tx: Transaction, tenantId: string): Promise<void> {
  // Processes that start at the same time run one after the other.
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(${LOCK})::text`;
  const rows = new Map((await tx.role.findMany()).map((row) => [row.id, row]));
  for (const { id, ...seed } of seedRoles) {
    const wanted = seedHash(seed);
    const row = rows.get(id);
    if (!row) {
      await tx.role.create({ data: { tenantId, id, ...seed, seedHash: wanted } });
      continue;
    }
    const now = seedHash({ ...row, name: row.name as { zh: string; en: string } });
    const untouched =
      row.seedHash === null ? isFirstVersion(row.permissions) : row.seedHash === now;
    if (!untouched || now === wanted) continue;
    await tx.role.updateMany({
      where: { id },
      data: { ...seed, seedHash: wanted, version: { increment: 1 } },
    });
  }
}

const isFirstVersion = (permissions: string[]) =>
  permissions.length === firstVersion.size && permissions.every((one) => firstVersion.has(one));

export function findByUsername(tx: Transaction, username: string) {
  return tx.appUser.findFirst({ where: { username } });
}

/** A person's other active account: only one is allowed. */
export function findOpenAccountOf(
  tx: Transaction,
  personId: string,
  except: { id: string } | { username: string },
) {
  return tx.appUser.findFirst({ where: { personId, active: true, NOT: except } });
}

/**
 * Creates an account, or activates the one with this user name and sets its password, name and
 * roles.
 *
 * @throws Error where its person has another active account.
 */
export async function saveAccount(
  tx: Transaction,
  tenantId: string,
  account: NewAccount,
): Promise<void> {
  const { roles, username, ...fields } = account;
  const known = await findByUsername(tx, username);
  const personId = fields.personId === undefined ? known?.personId : fields.personId;
  const other = personId ? await findOpenAccountOf(tx, personId, { username }) : null;
  if (other) {
    throw new Error(
      `the person of the account ${username} has the open account ${other.username}: lock that one first, or change it instead`,
    );
  }
  const { id } = await tx.appUser.upsert({
    where: { tenantId_username: { tenantId, username } },
    create: { tenantId, id: ulid(), username, ...fields },
    update: { ...fields, active: true, lockedReason: null, mustChangePassword: false },
  });
  await tx.userRole.deleteMany({ where: { userId: id, roleId: { notIn: roles } } });
  await tx.userRole.createMany({
    data: roles.map((roleId) => ({ tenantId, userId: id, roleId })),
    skipDuplicates: true,
  });
  const { displayName, demo } = fields;
  await tx.$executeRaw(
    auditLines(systemCaller(tenantId), [
      {
        action: known ? 'update' : 'create',
        entity: 'user',
        id,
        person: personId ?? null,
        before: known ? { active: known.active } : null,
        after: { username, displayName, roles, demo, active: true, by: 'program' },
      },
    ]),
  );
}
