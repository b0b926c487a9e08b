import type { Prisma } from '../../generated/prisma/client.ts';
import type { Reach } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { listOrder, type Position } from '../../platform/kit/list-order.ts';
import { reachWhere } from '../../platform/kit/reach.ts';
import { contains } from '../../platform/kit/sql.ts';
import type { AccountQuery, ShownAccount } from './schema.ts';

const parts = {
  roles: { select: { roleId: true }, orderBy: { roleId: 'asc' } },
  person: { include: { department: { select: { site: true } } } },
  sessions: { select: { createdAt: true }, orderBy: { createdAt: 'desc' }, take: 1 },
  requests: { where: { state: 'open' }, select: { expiresAt: true } },
} as const satisfies Prisma.AppUserInclude;

export type AccountRow = Prisma.AppUserGetPayload<{ include: typeof parts }>;

export const belongingOf = (row: AccountRow) => ({
  users: [row.id],
  person: row.personId,
  department: row.person?.departmentId ?? null,
  site: row.person?.department.site ?? null,
});

/** The accounts within a reach. */
export const accountsWithin = (reach: Reach): Prisma.AppUserWhereInput =>
  reachWhere<Prisma.AppUserWhereInput>(reach, {
    site: (site) => ({ person: { department: { site } } }),
    department: (departments) => ({ person: { departmentId: { in: departments } } }),
    own: ({ user }) => ({ id: user }),
  });

const columns = { username: 'text' } as const;
/** The order of the list of accounts. */
export const byUsername = listOrder('accounts', 'asc', columns);

export function findAccount(tx: Transaction, id: string): Promise<AccountRow | null> {
  return tx.appUser.findFirst({ where: { id }, include: parts });
}

/** One more than the limit, to detect a next page. */
export function findAccounts(
  tx: Transaction,
  reach: Reach,
  query: AccountQuery,
  after: Position<typeof columns> | null,
): Promise<AccountRow[]> {
  const { q, role, department, active, limit } = query;
  const text = q ? contains(q) : null;
  return tx.appUser.findMany({
    where: {
      AND: [
        accountsWithin(reach),
        byUsername.beyond(after),
        text ? { OR: [{ username: text }, { person: { name: text } }] } : {},
        role === undefined ? {} : { roles: { some: { roleId: role } } },
        department === undefined ? {} : { person: { departmentId: department } },
        active === undefined ? {} : { active },
      ],
    },
    include: parts,
    orderBy: byUsername.by(),
    take: limit + 1,
  });
}

/** The grants of the roles. @returns null where one of them does not exist. */
export async function grantsOf(
  tx: Transaction,
  roles: readonly string[],
): Promise<string[] | null> {
  const rows = await tx.role.findMany({ where: { id: { in: [...roles] } } });
  if (rows.length < new Set(roles).size) return null;
  return rows.flatMap(({ permissions }) => permissions);
}

/**
 * Serialises changes of rights in a tenant, so that two administrators cannot remove each other's
 * last right concurrently.
 */
export const lockRights = (tx: Transaction, tenant: string) =>
  tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`anshi rights ${tenant}`}, 0))::text`;

/** Active accounts that may manage roles. */
export async function countRoleManagers(tx: Transaction): Promise<number> {
  const [row] = await tx.$queryRaw<{ n: number }[]>`
    SELECT count(DISTINCT u.id)::int AS n FROM app_user u
    JOIN user_role h ON h.tenant_id = u.tenant_id AND h.user_id = u.id
    JOIN role r ON r.tenant_id = h.tenant_id AND r.id = h.role_id
    WHERE u.active AND 'role:manage@all' = ANY (r.permissions)`;
  return row?.n ?? 0;
}

export async function setRoles(
  tx: Transaction,
  tenantId: string,
  userId: string,
  roles: readonly string[],
): Promise<void> {
  await tx.userRole.deleteMany({ where: { userId, roleId: { notIn: [...roles] } } });
  await tx.userRole.createMany({
    data: [...new Set(roles)].map((roleId) => ({ tenantId, userId, roleId })),
    skipDuplicates: true,
  });
}

export function showAccount(row: AccountRow, blockedUntil: Date | null = null): ShownAccount {
  const { id, username, active, lockedReason, mustChangePassword, version, person } = row;
  return {
    id,
    username,
    active,
    lockedReason,
    mustChangePassword,
    version,
    displayName: row.displayName as ShownAccount['displayName'],
    roles: row.roles.map(({ roleId }) => roleId),
    blockedUntil: blockedUntil?.toISOString() ?? null,
    secondFactor: row.totpSince !== null,
    person: person && { id: person.id, employeeNo: person.employeeNo, name: person.name },
    department: person?.departmentId ?? null,
    site: person?.department.site ?? null,
    lastSignIn: row.sessions[0]?.createdAt.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    waiting: row.requests.filter(({ expiresAt }) => expiresAt.getTime() > Date.now()).length,
  };
}
