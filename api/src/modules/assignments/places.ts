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
  /** What the post needs at least; null for no post. */
  postCrew: number | null;
  status: JobState;
  cancelReason: string | null;
  begunAt: Date | null;
  endedAt: Date | null;
  createdBy: string;
  version: number;
  mayManage: boolean;
  /** The place is within reach: not read only because one is assigned to it. */
  isWide: boolean;
}

/** How many people a job needs: what it asks for, and not fewer than its post. */
export const crewNeeded = ({ minCrew, postCrew }: Pick<JobRow, 'minCrew' | 'postCrew'>): number =>
  Math.max(minCrew, postCrew ?? 0);

/**
 * The area of a job: that in which its machine stands now, so a machine that is moved takes its jobs with it. Jobs that are over
 * stay where they were.
 */
export const areaId = Prisma.sql`(CASE WHEN j.status IN ('planned', 'running')
  THEN coalesce(e.area_id, j.area_id) ELSE coalesce(j.area_id, e.area_id) END)`;

/** For a machine without an area the area of the job only says where the work is; it does not extend the scope of a planner. */
const areaCounts = Prisma.sql`(j.machine_id IS NULL OR e.area_id IS NOT NULL)`;
export const areaDepartment = Prisma.sql`(CASE WHEN ${areaCounts} THEN a.department_id END)`;
export const siteOf = Prisma.sql`coalesce(CASE WHEN ${areaCounts} THEN a.site END, ed.site)`;

/** Joins the place of a job `j` (with its `status`): its machine `e`, its area `a`, and the departments of both. */
export const placeJoins = Prisma.sql`
  LEFT JOIN equipment e ON e.tenant_id = j.tenant_id AND e.id = j.machine_id
  LEFT JOIN area a ON a.tenant_id = j.tenant_id AND a.id = ${areaId}
  LEFT JOIN department ed ON ed.tenant_id = j.tenant_id AND ed.id = e.department_id`;

/**
 * The jobs within reach: of a department are those at its machines and in its areas, so the foreman of a hall plans at a
 * machine that belongs to maintenance and stands there. People see those that they are assigned to.
 */
export const jobReach = (account: Account, permission: Permission): Prisma.Sql => {
  if (!account.permissions.has(permission)) return Prisma.sql`FALSE`;
  const own = reachSql(account, permission, {
    own: ({ person }) => Prisma.sql`EXISTS (SELECT 1 FROM work_assignment w
      WHERE w.tenant_id = j.tenant_id AND w.job_id = j.id AND w.person_id = ${person} AND w.ended_at IS NULL)`,
  });
  return Prisma.sql`(${placeReach(account, permission)} OR ${own})`;
};

/** Scope by place only; an assignment to the job gives no access. */
const placeReach = (account: Account, permission: Permission): Prisma.Sql => {
  if (!account.permissions.has(permission)) return Prisma.sql`FALSE`;
  const at = (department: Prisma.Sql) =>
    reachSql(account, permission, { site: siteOf, department });
  return Prisma.sql`(${at(Prisma.sql`e.department_id`)} OR ${at(areaDepartment)})`;
};

export const planReach = (account: Account): Prisma.Sql => placeReach(account, 'assignment:manage');

/** Jobs shown with all details; of other jobs that the person is assigned to, colleagues appear by name only. */
export const wideReach = (account: Account): Prisma.Sql =>
  Prisma.sql`(${placeReach(account, 'assignment:read')} OR ${planReach(account)})`;

/** Jobs that the account may read or plan, the earliest first. */
export const jobsWhere = (
  tx: Transaction,
  account: Account,
  where: readonly Prisma.Sql[],
  limit: number,
): Promise<JobRow[]> =>
  sqlIn(tx)<JobRow>(Prisma.sql`
    SELECT j.id, j.title, j.note, ${areaId} AS "areaId", a.name AS "areaName", j.machine_id AS "machineId",
      e.name AS "machineName", coalesce(e.department_id, ${areaDepartment}) AS department,
      ${siteOf} AS site, j.work, j.post_id AS "postId", o.name AS "postName", j.from_at AS "from",
      j.until_at AS "until", j.min_crew AS "minCrew", o.min_crew AS "postCrew", j.status, j.cancel_reason AS "cancelReason",
      j.begun_at AS "begunAt", j.ended_at AS "endedAt", j.created_by AS "createdBy", j.version,
      ${planReach(account)} AS "mayManage", ${wideReach(account)} AS "isWide"
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
  place: { machineId: string | null; areaId: string | null },
): Promise<void> {
  const [found] = await sqlIn(tx)<{ mine: boolean }>(Prisma.sql`
    SELECT ${planReach(account)} AS mine
    FROM (SELECT current_setting('app.tenant') AS tenant_id, ${place.machineId}::text AS machine_id,
      ${place.areaId}::text AS area_id,
      'planned'::text AS status) j
    ${placeJoins}`);
  if (!found?.mine) throw new Problem('assignment.place');
}
