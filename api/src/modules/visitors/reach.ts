import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { reachSql, reachSqlIfPermitted } from '../../platform/kit/reach.ts';

/** Visits `v`, whose host `h` is of department `hd`, that the account reads: also those that it announced or that come to it. */
export const visitReach = (account: Account): Prisma.Sql =>
  reachSql(account, 'visit:read', {
    site: Prisma.sql`hd.site`,
    department: Prisma.sql`h.department_id`,
    own: ({ user, person }) => Prisma.sql`(v.host_id = ${person} OR v.announced_by = ${user})`,
  });

/** Those that the account receives at the desk; none without the right. */
export const deskReach = (account: Account): Prisma.Sql =>
  reachSqlIfPermitted(account, 'visit:receive', {
    site: Prisma.sql`hd.site`,
    department: Prisma.sql`h.department_id`,
  });

/** Whether the account reads the watch list. */
export const seesWatchList = (account: Account): boolean =>
  account.permissions.has('watch-list:manage');
