import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem, type ProblemCode } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import type { Matcher } from '../match/decisions.ts';
import { isSpecial } from '../match/special.ts';
import { AGAIN_MS, restOf, takenOf } from './check-crew.ts';
import type { Jobs } from './jobs.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { bookingsOf, lockPeople, personToPlan } from './parties.ts';
import { partsOf } from './parts.ts';
import { type JobRow, jobToPlan } from './places.ts';
import type { JobView } from './schema.ts';
import { mayOverride } from './show.ts';
import type { AssignmentTell } from './tell.ts';
import { planReasons } from './words.ts';

/** A refusal is committed, with its event and its kept decisions, before it is answered. */
interface Refusal {
  problem: ProblemCode;
  outcome: Pick<Outcome, 'decision' | 'final'> & { codes: readonly string[] };
}

export type Crew = ReturnType<typeof createCrew>;

/** Who is assigned to jobs. */
export function createCrew({
  units,
  matcher,
  jobs,
  tell,
}: Pick<Platform, 'units'> & { matcher: Matcher; jobs: Jobs; tell: AssignmentTell }) {
  /** Records the attempt; the job stays unchanged. */
  async function refuse(
    unit: Unit,
    job: JobRow,
    person: string,
    refusal: Refusal,
    decisionIds: readonly string[],
  ): Promise<Refusal> {
    const { decision, codes } = refusal.outcome;
    await unit.audit({
      action: 'refuse-person',
      entity: 'work-job',
      id: job.id,
      person,
      after: { decision, codes: [...codes] },
    });
    await unit.emit({
      entity: 'work-assignment',
      what: 'refused',
      subject: job.id,
      data: { job: job.id, person, decision, codes: [...codes], decisions: [...decisionIds] },
    });
    return refusal;
  }

  async function add(
    unit: Unit,
    user: User,
    id: string,
    { version, person, reason }: { version: number; person: string; reason: string | null },
  ): Promise<Refusal | JobView> {
    const { tx } = unit;
    await personToPlan(tx, user.account, person);
    const isThere = async () =>
      (await tx.workAssignment.findFirst({
        where: { jobId: id, personId: person, endedAt: null },
        select: { id: true },
      })) !== null;
    await jobToPlan(tx, user.account, id);
    // Idempotent, also with the version from before the first request.
    if (await isThere()) return jobs.shown(unit, user, id);
    const job = await jobs.toChange(unit, user, id, version);
    if (job.status !== 'planned' && job.status !== 'running') throw new Problem('assignment.state');
    const now = new Date();
    if (job.until <= now) throw new Problem('assignment.time');
    await lockPeople(tx, user.tenant, [person]);
    if (await isThere()) return jobs.shown(unit, user, id);
    const taken = takenOf(job, now);
    const parts = await partsOf(tx, job);
    const special = isSpecial(parts);
    const kept = await matcher.keepThrough(tx, { person, jobs: parts }, restOf(job, now));
    const outcome = outcomeOf(kept, special);
    const decisionIds = kept.map((one) => one.id);
    const no = (problem: ProblemCode, codes: readonly string[] = outcome.codes) =>
      refuse(unit, job, person, { problem, outcome: { ...outcome, codes } }, decisionIds);
    if (outcome.decision === 'deny' || (outcome.decision === 'hold' && special)) {
      return no('assignment.refused');
    }
    if ((await bookingsOf(tx, [person], taken, id)).length > 0)
      return no('assignment.busy', ['busy']);
    const isHeld = outcome.decision === 'hold';
    // An override for oneself is not allowed.
    const may = mayOverride(user.account, job) && user.account.person !== person;
    if (isHeld && (reason === null || !may)) return no('assignment.reason-needed');
    const assignment = newId();
    await tx.workAssignment.create({
      data: {
        tenantId: user.tenant,
        id: assignment,
        jobId: id,
        personId: person,
        ...taken,
        special,
        decision: outcome.decision,
        decisionIds,
        overrideReason: isHeld ? reason : null,
        overrideBy: isHeld ? user.account.id : null,
        overrideCodes: isHeld ? [...outcome.keys] : [],
        assignedBy: user.account.id,
        assignedAt: now,
        checkAt: new Date(now.getTime() + AGAIN_MS),
        lostCodes: [],
        lostIds: [],
      },
    });
    await raise(unit, id, version);
    await unit.audit({
      action: 'assign-person',
      entity: 'work-job',
      id,
      person,
      after: { decision: outcome.decision, decisions: decisionIds },
      ...(isHeld && reason !== null ? { reason } : {}),
    });
    await unit.emit({
      entity: 'work-assignment',
      what: 'made',
      subject: assignment,
      data: { assignment, job: id, person, decision: outcome.decision },
    });
    await tell.assigned(unit, job, person);
    return jobs.shown(unit, user, id);
  }

  const raise = ({ tx }: Unit, id: string, version: number) =>
    tx.workJob.updateMany({ where: { id }, data: { version: version + 1, updatedAt: new Date() } });

  return {
    /**
     * Assigns a person whom the matcher allows for the whole time of the job. Idempotent.
     *
     * @throws Problem `assignment.refused`, `.reason-needed` or `.busy` with `reasons`; `person.unknown` beyond the reach.
     */
    async assign(
      user: User,
      id: string,
      asked: { version: number; person: string; reason: string | null },
    ): Promise<JobView> {
      const done = await units.run(user, (unit) => add(unit, user, id, asked));
      if (!('problem' in done)) return done;
      const { decision, final, codes } = done.outcome;
      throw new Problem(done.problem, undefined, { decision, final, reasons: planReasons(codes) });
    },

    /** Takes a person off the job; the row stays with the reason. */
    remove: (
      user: User,
      id: string,
      assignment: string,
      { version, reason }: { version: number; reason: string },
    ): Promise<JobView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const job = await jobs.toChange(unit, user, id, version);
        const row = await tx.workAssignment.findFirst({ where: { id: assignment, jobId: id } });
        if (!row) throw new Problem('assignment.no-member');
        if (row.endedAt !== null) return jobs.shown(unit, user, id);
        await tx.workAssignment.updateMany({
          where: { id: assignment },
          data: {
            endedAt: new Date(),
            endedBy: user.account.id,
            endReason: reason,
            checkAt: null,
          },
        });
        await raise(unit, id, version);
        const person = row.personId;
        await unit.audit({ action: 'remove-person', entity: 'work-job', id, person, reason });
        await unit.emit({
          entity: 'work-assignment',
          what: 'ended',
          subject: assignment,
          data: { assignment, job: id, person },
        });
        await tell.takenOff(unit, job, [person]);
        return jobs.shown(unit, user, id);
      }),
  };
}
