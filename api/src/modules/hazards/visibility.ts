import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { isWithin, type Reach, reachOf } from '../../platform/access/scope.ts';
import { reachSql, reachSqlIfPermitted } from '../../platform/kit/reach.ts';

/** Location of a hazard, for visibility. */
export interface Seen {
  site: string;
  departmentId: string | null;
  reporterId: string;
  assignees: readonly string[];
  /** All past and present reporters and assignees. */
  parties: readonly string[];
}

/**
 * The rows visible to an account, as a condition on `hazard h`: own ones are within every reach.
 * Lists, counts, searches and statistics all use it.
 */
export function visibleRows(account: Account): Prisma.Sql {
  return reachSql(account, 'hazard:read', {
    site: Prisma.sql`h.site`,
    department: Prisma.sql`h.department_id`,
    own: ({ user }) =>
      Prisma.sql`EXISTS (SELECT 1 FROM hazard_party p WHERE p.tenant_id = h.tenant_id AND p.user_id = ${user} AND p.hazard_id = h.id)`,
  });
}

/** Those whose reporter the account may know, as {@link mayIdentify}; none without the right. */
export const identifiableRows = (account: Account): Prisma.Sql =>
  reachSqlIfPermitted(account, 'hazard:identify', {
    site: Prisma.sql`h.site`,
    department: Prisma.sql`h.department_id`,
  });

const belonging = (hazard: Seen) => ({
  site: hazard.site,
  department: hazard.departmentId,
  users: hazard.parties,
});

/** The same for one hazard already read. */
export function maySee(account: Account, hazard: Seen): boolean {
  if (!account.permissions.has('hazard:read')) return hazard.parties.includes(account.id);
  return isWithin(account, reachOf(account, 'hazard:read'), belonging(hazard));
}

/** Whether the account may identify the reporter, and see what reviewers see. */
export function mayIdentify(account: Account, hazard: Seen): boolean {
  if (!account.permissions.has('hazard:identify')) return false;
  return isWithin(account, reachOf(account, 'hazard:identify'), belonging(hazard));
}

/**
 * Whether the account sees the evidence: with the right to identify, for own hazards, and for the
 * responsible department. An overview of all hazards, as for management, does not include it.
 */
export function maySeeEvidence(account: Account, hazard: Seen): boolean {
  if (mayIdentify(account, hazard) || hazard.parties.includes(account.id)) return true;
  if (!account.permissions.has('hazard:read')) return false;
  const reach: Reach = reachOf(account, 'hazard:read');
  return reach.scope !== 'all' && isWithin(account, reach, belonging(hazard));
}
