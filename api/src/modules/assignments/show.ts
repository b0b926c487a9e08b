import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { isSpecial } from '../match/special.ts';
import { partsOf } from './parts.ts';
import { crewNeeded, type JobRow } from './places.ts';
import type { JobRowView, JobView } from './schema.ts';
import { planReasons } from './words.ts';

interface MemberRow {
  id: string;
  jobId: string;
  personId: string;
  name: string;
  employeeNo: string;
  assignedAt: Date;
  overrideReason: string | null;
  overrideBy: Bilingual | null;
  lostAt: Date | null;
  lostCodes: string[];
}

/** The crew of jobs: those assigned now; of one that is over, those to its end. */
const membersOf = (tx: Transaction, jobs: readonly JobRow[]): Promise<MemberRow[]> =>
  sqlIn(tx)<MemberRow>(Prisma.sql`
    SELECT w.id, w.job_id AS "jobId", p.id AS "personId", p.name, p.employee_no AS "employeeNo",
      w.assigned_at AS "assignedAt", w.override_reason AS "overrideReason", u.display_name AS "overrideBy",
      w.lost_at AS "lostAt", w.lost_codes AS "lostCodes"
    FROM work_assignment w JOIN work_job j ON j.tenant_id = w.tenant_id AND j.id = w.job_id
    JOIN person p ON p.tenant_id = w.tenant_id AND p.id = w.person_id
    LEFT JOIN app_user u ON u.tenant_id = w.tenant_id AND u.id = w.override_by
    WHERE w.job_id = ANY(${jobs.map(({ id }) => id)}) AND (w.ended_at IS NULL OR w.ended_at = j.ended_at)
    ORDER BY w.assigned_at, w.id`);

/** Jobs as they are answered: who is assigned to one, and no more, reads the names of the others. */
export async function showJobs(
  tx: Transaction,
  account: Account,
  rows: readonly JobRow[],
  now = new Date(),
): Promise<JobRowView[]> {
  const members = await membersOf(tx, rows);
  const works = new Map(
    (await wordsIn(tx, 'special-work-category')).map(({ id, name }) => [id, name]),
  );
  return rows.map((row) => {
    const crew = members.filter(({ jobId }) => jobId === row.id);
    const sees = (one: MemberRow) => row.isWide || one.personId === account.person;
    // What is missing would say that a colleague may not work.
    const able = crew.filter((one) => !sees(one) || one.lostAt === null).length;
    const isOpen = row.status === 'planned' || row.status === 'running';
    return {
      id: row.id,
      title: row.title,
      note: row.note,
      area: row.areaId === null ? null : { id: row.areaId, name: row.areaName ?? same(row.areaId) },
      machine:
        row.machineId === null
          ? null
          : { id: row.machineId, name: row.machineName ?? same(row.machineId) },
      work:
        row.work === null ? null : { id: row.work, name: works.get(row.work) ?? same(row.work) },
      post: row.postId === null ? null : { id: row.postId, name: same(row.postName ?? row.postId) },
      from: row.from.toISOString(),
      until: row.until.toISOString(),
      minCrew: row.minCrew,
      postCrew: crewNeeded(row) > row.minCrew ? row.postCrew : null,
      status: row.status,
      cancelReason: row.cancelReason,
      begunAt: row.begunAt?.toISOString() ?? null,
      endedAt: row.endedAt?.toISOString() ?? null,
      crew: crew.map((one) => ({
        id: one.id,
        person: {
          id: one.personId,
          name: one.name,
          employeeNo: sees(one) ? one.employeeNo : '',
        },
        assignedAt: one.assignedAt.toISOString(),
        override:
          one.overrideReason === null || !sees(one)
            ? null
            : { reason: one.overrideReason, by: one.overrideBy },
        lostAt: sees(one) ? (one.lostAt?.toISOString() ?? null) : null,
        reasons: sees(one) ? planReasons(one.lostCodes ?? []) : [],
      })),
      short: isOpen ? Math.max(0, crewNeeded(row) - able) : 0,
      overdue:
        (row.status === 'planned' && row.from <= now) ||
        (row.status === 'running' && row.until <= now),
      mayManage: row.mayManage,
      version: row.version,
    };
  });
}

/** One of them, with what this account may override. */
export async function showJob(tx: Transaction, account: Account, row: JobRow): Promise<JobView> {
  const [view] = (await showJobs(tx, account, [row])) as [JobRowView];
  const special = isSpecial(await partsOf(tx, row));
  return {
    ...view,
    mayOverride: row.mayManage && !special && mayOverride(account, row),
    special,
  };
}

const same = (text: string): Bilingual => ({ zh: text, en: text });

/** Whether the account may assign who is on hold at this place. */
export function mayOverride(
  account: Account,
  { department, site }: Pick<JobRow, 'department' | 'site'>,
): boolean {
  if (!account.permissions.has('assignment:override')) return false;
  return isWithin(account, reachOf(account, 'assignment:override'), { department, site });
}
