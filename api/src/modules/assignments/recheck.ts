import { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { allOf } from '../../platform/kit/sql.ts';
import type { Platform } from '../../platform/module.ts';
import type { Matcher } from '../match/decisions.ts';
import { type Decision, isWorse } from '../match/reasons.ts';
import { isSpecial } from '../match/special.ts';
import type { Concerned, MatchWatcher } from '../match/watchers.ts';
import { type CrewMember, restOf } from './check-crew.ts';
import { FEATURE } from './manifest.ts';
import { isCovered, type Outcome, outcomeOf } from './outcome.ts';
import { type AskingJob, partsOf } from './parts.ts';
import { areaDepartment, areaId, placeJoins, siteOf } from './places.ts';
import type { AssignmentTell } from './tell.ts';

/** Jobs that a pass looks at; the next one follows at once. */
const MOST_JOBS = 50;
/** Retry delay of a job whose check failed, so that it does not block the others, ms. */
const PUT_OFF_MS = 60_000;

interface DueJob extends AskingJob {
  title: string;
  status: string;
  from: Date;
  until: Date;
  createdBy: string;
  departments: (string | null)[];
  site: string | null;
}

/**
 * Assignments of the future and of running jobs are decided again when a fact changes and when the last answer ends. Who may no
 * longer do the job is marked and told, and told again where it gets worse; the mark goes when the person may again.
 */
export function createRecheck({
  units,
  database,
  settings,
  log,
  matcher,
  tell,
}: Pick<Platform, 'units' | 'database' | 'settings' | 'log'> & {
  matcher: Matcher;
  tell: AssignmentTell;
}): MatchWatcher & { look(now: Date): Promise<boolean> } {
  const { tenant } = settings;
  const caller = systemCaller(tenant);

  async function check(unit: Unit, id: string, now: Date): Promise<void> {
    const { tx } = unit;
    const rows = await sqlIn(tx)<{ id: string }>(Prisma.sql`
      SELECT id FROM work_assignment WHERE job_id = ${id} AND ended_at IS NULL AND check_at <= ${now}
      ORDER BY id FOR UPDATE SKIP LOCKED`);
    if (rows.length === 0) return;
    const crew = await tx.workAssignment.findMany({
      where: { id: { in: rows.map((row) => row.id) } },
    });
    const [job] = await sqlIn(tx)<DueJob>(Prisma.sql`
      SELECT j.id, j.title, j.status, j.from_at AS "from", j.until_at AS "until", j.created_by AS "createdBy",
        ${areaId} AS "areaId", j.machine_id AS "machineId", j.work, j.post_id AS "postId",
        ARRAY[e.department_id, ${areaDepartment}] AS departments, ${siteOf} AS site
      FROM work_job j ${placeJoins} WHERE j.id = ${id}`);
    if (!job) return;
    if (job.status === 'planned' && job.until <= now) {
      // It never began: nothing of it is to be done any more.
      await tx.workAssignment.updateMany({
        where: { id: { in: crew.map((one) => one.id) } },
        data: { checkAt: null },
      });
      return;
    }
    const parts = await partsOf(tx, job);
    const special = isSpecial(parts);
    const span = restOf(job, now);
    const people = crew.map(({ personId }) => personId);
    const answers = await matcher.through(tx, people, parts, span);
    for (const one of crew) {
      const answer = answers.get(one.personId);
      if (!answer) continue;
      const outcome = outcomeOf(answer.answers, special);
      const fits =
        outcome.decision === 'allow' ||
        isCovered(outcome, { ...one, special: one.special || special });
      await (fits ? cured(unit, job, one) : lost(unit, job, one, outcome, { parts, span, now }));
      await tx.workAssignment.updateMany({
        where: { id: one.id },
        data: { checkAt: outcome.turn },
      });
    }
  }

  async function cured(unit: Unit, job: DueJob, one: CrewMember): Promise<void> {
    if (one.lostAt === null) return;
    await unit.tx.workAssignment.updateMany({
      where: { id: one.id },
      data: { lostAt: null, lostDecision: null, lostCodes: [], lostIds: [] },
    });
    await note(unit, job, one, 'crew-cured', 'allowed-again', {});
  }

  async function lost(
    unit: Unit,
    job: DueJob,
    one: CrewMember,
    outcome: Outcome,
    {
      parts,
      span,
      now,
    }: { parts: Awaited<ReturnType<typeof partsOf>>; span: { from: Date; until: Date }; now: Date },
  ): Promise<void> {
    const { tx } = unit;
    const codes = [...outcome.codes];
    const marked = { lostDecision: outcome.decision, lostCodes: codes };
    const before = { decision: one.lostDecision as Decision, codes: one.lostCodes };
    if (one.lostAt !== null && !isWorse(outcome, before)) {
      // Still not allowed, for no worse reasons: updated without another notice.
      await tx.workAssignment.updateMany({ where: { id: one.id }, data: marked });
      return;
    }
    const kept = await matcher.keepThrough(tx, { person: one.personId, jobs: parts }, span);
    const lostIds = kept.filter(({ match }) => match.decision !== 'allow').map(({ id }) => id);
    await tx.workAssignment.updateMany({
      where: { id: one.id },
      data: { ...marked, lostAt: one.lostAt ?? now, lostIds },
    });
    await note(unit, job, one, 'crew-lost', 'no-longer-allowed', { codes, decisions: lostIds });
    await tell.lost(unit, job, {
      id: one.id,
      person: one.personId,
      assignedBy: one.assignedBy,
      codes,
    });
  }

  async function note(
    unit: Unit,
    job: DueJob,
    one: CrewMember,
    action: 'crew-lost' | 'crew-cured',
    what: string,
    more: { codes?: string[]; decisions?: string[] },
  ): Promise<void> {
    const { personId: person } = one;
    await unit.audit({ action, entity: 'work-job', id: job.id, person, after: more });
    const data = { assignment: one.id, job: job.id, person, ...more };
    await unit.emit({ entity: 'work-assignment', what, subject: one.id, data });
  }

  async function look(now: Date): Promise<boolean> {
    const due = await database.transaction({ tenant, user: null }, (tx) =>
      sqlIn(tx)<{ id: string }>(Prisma.sql`
        SELECT job_id AS id FROM work_assignment WHERE ended_at IS NULL AND check_at <= ${now}
        GROUP BY job_id ORDER BY min(check_at), job_id LIMIT ${MOST_JOBS}`),
    );
    for (const { id } of due) {
      try {
        await units.run(caller, (unit) => check(unit, id, now));
      } catch (error) {
        log.error({ err: error, job: id }, 'the crew of a job could not be matched again');
        const checkAt = new Date(now.getTime() + PUT_OFF_MS);
        await database.transaction({ tenant, user: null }, (tx) =>
          tx.workAssignment.updateMany({
            where: { jobId: id, endedAt: null, checkAt: { lte: now } },
            data: { checkAt },
          }),
        );
      }
    }
    return due.length === MOST_JOBS;
  }

  return {
    name: 'assignments',
    feature: FEATURE,
    async due(tx: Transaction, { person, machine, area }: Concerned): Promise<void> {
      const now = new Date();
      const where = [
        ...(person === undefined ? [] : [Prisma.sql`w.person_id = ${person}`]),
        ...(machine === undefined ? [] : [Prisma.sql`j.machine_id = ${machine}`]),
        ...(area === undefined
          ? []
          : [
              Prisma.sql`(j.area_id = ${area} OR EXISTS (SELECT 1 FROM equipment e
                WHERE e.tenant_id = j.tenant_id AND e.id = j.machine_id AND e.area_id = ${area}))`,
            ]),
      ];
      await sqlIn(tx)(Prisma.sql`
        UPDATE work_assignment w SET check_at = ${now} FROM work_job j
        WHERE j.tenant_id = w.tenant_id AND j.id = w.job_id AND w.ended_at IS NULL AND ${allOf(where)}
          AND (w.check_at IS NULL OR w.check_at > ${now}) AND (w.until_at > ${now} OR j.status = 'running')`);
    },
    pass: () => look(new Date()),
    look,
  };
}
