import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Permission } from '../../platform/access/permissions.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import { allOf } from '../../platform/kit/sql.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { JobState } from './words.ts';

/** A job with the names of its place. */
export interface JobRow {
  id: string;
  title: string;
  note: string | null;
  areaId: string | null;
  areaName: Bilingual | null;
  machineId: string | null;
  machineName: Bilingual | null;
  /** Of the machine, else of the area. */
  department: string | null;
  site: string | null;
  work: string | null;
  postId: string | null;
  postName: string | null;
  from: Date;
  until: Date;
  minCrew: number;
  status: JobState;
  cancelReason: string | null;
  begunAt: Date | null;
  endedAt: Date | null;
  createdBy: string;
  version: number;
  mayManage: boolean;
}

/** Joins the place of a job `j`: its machine `e`, its area `a`, and the departments of both. */
export const placeJoins = Prisma.sql`
  LEFT JOIN equipment e ON e.tenant_id = j.tenant_id AND e.id = j.machine_id
  LEFT JOIN area a ON a.tenant_id = j.tenant_id AND a.id = j.area_id
  LEFT JOIN department ed ON ed.tenant_id = j.tenant_id AND ed.id = e.department_id`;

/**
 * The jobs within reach: of a department are those at its machines and in its areas, so the foreman of a hall plans at a
 * machine that belongs to maintenance and stands there. People see those that they are assigned to.
 */
export const jobReach = (account: Account, permission: Permission): Prisma.Sql => {
  if (!account.permissions.has(permission)) return Prisma.sql`FALSE`;
  const at = (department: Prisma.Sql) =>
    reachSql(account, permission, { site: Prisma.sql`coalesce(a.site, ed.site)`, department });
  return Prisma.sql`(${at(Prisma.sql`e.department_id`)} OR ${reachSql(account, permission, {
    department: Prisma.sql`a.department_id`,
    own: ({ person }) => Prisma.sql`EXISTS (SELECT 1 FROM work_assignment w
      WHERE w.tenant_id = j.tenant_id AND w.job_id = j.id AND w.person_id = ${person} AND w.ended_at IS NULL)`,
  })})`;
};

/** Planning is for places in charge: being assigned gives no right to it. */
export const planReach = (account: Account): Prisma.Sql => {
  if (!account.permissions.has('assignment:manage')) return Prisma.sql`FALSE`;
  const at = (department: Prisma.Sql) =>
    reachSql(account, 'assignment:manage', {
      site: Prisma.sql`coalesce(a.site, ed.site)`,
      department,
    });
  return Prisma.sql`(${at(Prisma.sql`e.department_id`)} OR ${at(Prisma.sql`a.department_id`)})`;
};

/** Jobs that the account may read or plan, the earliest first. */
export const jobsWhere = (
  tx: Transaction,
  account: Account,
  where: readonly Prisma.Sql[],
  limit: number,
): Promise<JobRow[]> =>
  sqlIn(tx)<JobRow>(Prisma.sql`
    SELECT j.id, j.title, j.note, j.area_id AS "areaId", a.name AS "areaName", j.machine_id AS "machineId",
      e.name AS "machineName", coalesce(e.department_id, a.department_id) AS department,
      coalesce(a.site, ed.site) AS site, j.work, j.post_id AS "postId", o.name AS "postName", j.from_at AS "from",
      j.until_at AS "until", j.min_crew AS "minCrew", j.status, j.cancel_reason AS "cancelReason",
      j.begun_at AS "begunAt", j.ended_at AS "endedAt", j.created_by AS "createdBy", j.version,
      ${planReach(account)} AS "mayManage"
    FROM work_job j ${placeJoins} LEFT JOIN post o ON o.tenant_id = j.tenant_id AND o.id = j.post_id
    WHERE (${jobReach(account, 'assignment:read')} OR ${planReach(account)}) AND ${allOf(where)}
    ORDER BY j.from_at, j.id LIMIT ${limit}`);

/** @throws Problem `assignment.unknown` where there is none within reach. */
export async function jobWithin(tx: Transaction, account: Account, id: string): Promise<JobRow> {
  const [row] = await jobsWhere(tx, account, [Prisma.sql`j.id = ${id}`], 1);
  if (!row) throw new Problem('assignment.unknown');
  return row;
}

/** @throws Problem `assignment.unknown`, `assignment.place` where it lies beyond what the account plans. */
export async function jobToPlan(tx: Transaction, account: Account, id: string): Promise<JobRow> {
  const row = await jobWithin(tx, account, id);
  if (!row.mayManage) throw new Problem('assignment.place');
  return row;
}

/** @throws Problem `assignment.place` where the account does not plan at the machine or area. */
export async function requirePlanned(
  tx: Transaction,
  account: Account,
  { machineId, areaId }: { machineId: string | null; areaId: string | null },
): Promise<void> {
  const [found] = await sqlIn(tx)<{ mine: boolean }>(Prisma.sql`
    SELECT ${planReach(account)} AS mine
    FROM (SELECT current_setting('app.tenant') AS tenant_id, ${machineId}::text AS machine_id, ${areaId}::text AS area_id) j
    ${placeJoins}`);
  if (!found?.mine) throw new Problem('assignment.place');
}
