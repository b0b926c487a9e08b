import { createHash } from 'node:crypto';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { historyOf } from '../../platform/kit/history.ts';
import type { User } from '../../platform/kit/routes.ts';
import {
  givenOnly,
  noteCreated,
  pick,
  saveAtVersion,
  versionConflict,
} from '../../platform/kit/save.ts';
import type { Platform } from '../../platform/module.ts';
import type { Matcher } from '../match/decisions.ts';
import { AGAIN_MS, type CrewMember, checkCrew } from './check-crew.ts';
import { requirePlace } from './parts.ts';
import { crewNeeded, type JobRow, jobToPlan, jobWithin, requirePlanned } from './places.ts';
import { type JobInput, type JobPatch, type JobView, MOST_CREW } from './schema.ts';
import { showJob } from './show.ts';
import type { AssignmentTell } from './tell.ts';

const DAY_MS = 24 * 3_600_000;
/** A job begins so long before its time at the earliest, ms. */
const EARLY_MS = 30 * 60_000;

export type Jobs = ReturnType<typeof createJobs>;

/** Jobs: planned, running, done or cancelled. */
export function createJobs({
  units,
  matcher,
  tell,
}: Pick<Platform, 'units'> & { matcher: Matcher; tell: AssignmentTell }) {
  const shown = async ({ tx }: Unit, user: User, id: string): Promise<JobView> =>
    showJob(tx, user.account, await jobWithin(tx, user.account, id));

  /** The job at the version that was looked at, locked. @throws Problem of a conflict with the job as it is. */
  async function toChange(unit: Unit, user: User, id: string, version: number): Promise<JobRow> {
    const { tx } = unit;
    await jobToPlan(tx, user.account, id);
    await tx.$queryRaw`SELECT id FROM work_job WHERE id = ${id} FOR UPDATE`;
    const row = await jobToPlan(tx, user.account, id);
    if (row.version !== version) {
      throw versionConflict('assignment.version-conflict', await shown(unit, user, id));
    }
    return row;
  }

  /** Moves a job to another state, with its line and its event. */
  async function move(
    unit: Unit,
    user: User,
    row: JobRow,
    to: {
      data: { status: string; cancelReason?: string; begunAt?: Date; endedAt?: Date };
      action: 'begin-job' | 'finish-job' | 'cancel-job';
      event: string;
      reason?: string;
    },
  ): Promise<JobView> {
    const { tx } = unit;
    const { id, version, areaId } = row;
    await tx.workJob.updateMany({
      where: { id },
      // What is over keeps the area in which its machine stood.
      data: { ...to.data, areaId, version: version + 1, updatedAt: new Date() },
    });
    await unit.audit({
      action: to.action,
      entity: 'work-job',
      id,
      before: { status: row.status },
      after: { status: to.data.status },
      ...(to.reason === undefined ? {} : { reason: to.reason }),
    });
    await unit.emit({ entity: 'work-job', what: to.event, subject: id, data: { job: id } });
    return shown(unit, user, id);
  }

  const crewOf = (unit: Unit, job: string): Promise<CrewMember[]> =>
    unit.tx.workAssignment.findMany({
      where: { jobId: job, endedAt: null },
      orderBy: { id: 'asc' },
    });

  const endCrew = (unit: Unit, user: User, job: string, at: Date, reason: string | null) =>
    unit.tx.workAssignment.updateMany({
      where: { jobId: job, endedAt: null },
      data: { endedAt: at, endedBy: user.account.id, endReason: reason, checkAt: null },
    });

  return {
    get: (user: User, id: string): Promise<JobView> =>
      units.run(user, (unit) => shown(unit, user, id)),

    history: (user: User, id: string) =>
      units.run(user, async ({ tx }) => {
        const { isWide } = await jobWithin(tx, user.account, id);
        // It tells of colleagues, and why they may not work.
        if (!isWide) return { items: [] };
        return historyOf(tx, { 'work-job': [[id, null]] });
      }),

    /** @throws Problem `assignment.fields`, `.time`, `.place`, `.key-taken`. */
    create: (user: User, { key, ...input }: JobInput): Promise<JobView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const digest = createHash('sha256').update(JSON.stringify(input)).digest('hex');
        const known = async () => {
          const before = await tx.workJob.findFirst({ where: { createdBy: user.account.id, key } });
          if (before && before.digest !== digest) throw new Problem('assignment.key-taken');
          return before && shown(unit, user, before.id);
        };
        const before = await known();
        if (before) return before;
        const place = await requirePlace(tx, input);
        await requirePlanned(tx, user.account, place);
        const span = spanOf(input);
        if (span.until <= new Date()) throw new Problem('assignment.time');
        const id = newId();
        const { title, note, work, postId } = input;
        const minCrew = input.minCrew ?? (await crewOfPost(tx, postId));
        const data = { title, note, ...place, work, postId, ...span, minCrew };
        const { count } = await tx.workJob.createMany({
          data: [{ tenantId: user.tenant, id, key, digest, createdBy: user.account.id, ...data }],
          skipDuplicates: true,
        });
        // The same request at the same moment.
        if (count === 0) return (await known()) as JobView;
        const event = ['created', { job: id }] as const;
        await noteCreated(unit, { entity: 'work-job', id, after: data, event });
        return shown(unit, user, id);
      }),

    /**
     * Another time or place is decided for all of the crew again: where one of them may not do it so, nothing changes.
     *
     * @throws Problem `assignment.crew-refused` with who and why.
     */
    change: (user: User, id: string, { version, ...given }: JobPatch): Promise<JobView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await toChange(unit, user, id, version);
        if (row.status === 'done' || row.status === 'cancelled')
          throw new Problem('assignment.state');
        const asked = givenOnly(given);
        const next = { ...row, ...asked };
        // The area of a machine goes with the machine.
        const areaId =
          asked.machineId !== undefined &&
          asked.areaId === undefined &&
          asked.machineId !== row.machineId
            ? null
            : next.areaId;
        const place = await requirePlace(tx, { ...next, areaId });
        await requirePlanned(tx, user.account, place);
        const span = spanOf({
          from: asked.from ?? row.from.toISOString(),
          until: asked.until ?? row.until.toISOString(),
        });
        const isMoved = span.from.getTime() !== row.from.getTime();
        const isElsewhere =
          place.machineId !== row.machineId ||
          place.areaId !== row.areaId ||
          next.work !== row.work ||
          next.postId !== row.postId;
        if (row.status === 'running' && (isMoved || isElsewhere))
          throw new Problem('assignment.state');
        const isLonger = span.until.getTime() !== row.until.getTime();
        if (span.until <= new Date() && (isMoved || isLonger)) throw new Problem('assignment.time');
        const crew = await crewOf(unit, id);
        const changed = { ...next, ...place, ...span };
        if (crew.length > 0 && (isMoved || isLonger || isElsewhere)) {
          const { special } = await checkCrew(unit, matcher, changed, crew, { isElsewhere });
          const checkAt = new Date(Date.now() + AGAIN_MS);
          // Who began keeps the begin; another place asks for something else, and takes no override with it.
          const time = row.status === 'running' ? { until: span.until } : span;
          await tx.workAssignment.updateMany({
            where: { jobId: id, endedAt: null },
            data: { ...time, checkAt, ...(isElsewhere ? { ...allowed, special } : {}) },
          });
          await tell.moved(
            unit,
            changed,
            crew.map(({ personId }) => personId),
          );
        }
        const { title, note, work, postId, minCrew } = changed;
        return saveAtVersion(unit, {
          entity: 'work-job',
          id,
          version,
          conflict: 'assignment.version-conflict',
          event: 'changed',
          find: () => jobToPlan(tx, user.account, id),
          write: (to) =>
            tx.workJob.updateMany({
              where: { id, version },
              data: {
                title,
                note,
                ...place,
                work,
                postId,
                ...span,
                minCrew,
                updatedAt: new Date(),
                version: to,
              },
            }),
          show: (one) => showJob(tx, user.account, one),
          log: (one) =>
            pick(one, [
              'title',
              'note',
              'areaId',
              'machineId',
              'work',
              'postId',
              'from',
              'until',
              'minCrew',
            ]),
        });
      }),

    /** @throws Problem `assignment.crew-short`, `assignment.crew-refused`, `assignment.time`. */
    begin: (user: User, id: string, version: number): Promise<JobView> =>
      units.run(user, async (unit) => {
        const row = await toChange(unit, user, id, version);
        const now = new Date();
        if (row.status !== 'planned') throw new Problem('assignment.state');
        if (row.until <= now || row.from.getTime() - EARLY_MS > now.getTime()) {
          throw new Problem('assignment.time');
        }
        const crew = await crewOf(unit, id);
        if (crew.length < crewNeeded(row)) throw new Problem('assignment.crew-short');
        // It is decided for now: an event may be on its way.
        await checkCrew(unit, matcher, { ...row, status: 'running' }, crew, { now });
        // Whatever program assigns: they are here from now on.
        await unit.tx.workAssignment.updateMany({
          where: { jobId: id, endedAt: null },
          data: { from: now },
        });
        const data = { status: 'running', begunAt: now };
        return move(unit, user, row, { data, action: 'begin-job', event: 'begun' });
      }),

    finish: (user: User, id: string, version: number): Promise<JobView> =>
      units.run(user, async (unit) => {
        const row = await toChange(unit, user, id, version);
        if (row.status !== 'running') throw new Problem('assignment.state');
        const now = new Date();
        await endCrew(unit, user, id, now, null);
        const data = { status: 'done', endedAt: now };
        return move(unit, user, row, { data, action: 'finish-job', event: 'finished' });
      }),

    cancel: (user: User, id: string, version: number, reason: string): Promise<JobView> =>
      units.run(user, async (unit) => {
        const row = await toChange(unit, user, id, version);
        if (row.status === 'done' || row.status === 'cancelled')
          throw new Problem('assignment.state');
        const now = new Date();
        const people = (await crewOf(unit, id)).map(({ personId }) => personId);
        await endCrew(unit, user, id, now, reason);
        await tell.takenOff(unit, row, people);
        const data = { status: 'cancelled', endedAt: now, cancelReason: reason };
        return move(unit, user, row, { data, action: 'cancel-job', event: 'cancelled', reason });
      }),

    toChange,
    shown,
  };
}

/** The crew that a new job of a post asks for: what the post needs at least, within what a job can ask for. */
async function crewOfPost(tx: Transaction, postId: string | null): Promise<number> {
  if (postId === null) return 1;
  const post = await tx.post.findFirst({ where: { id: postId }, select: { minCrew: true } });
  return Math.min(MOST_CREW, Math.max(1, post?.minCrew ?? 1));
}

/** Without an override. */
const allowed = {
  decision: 'allow',
  overrideReason: null,
  overrideBy: null,
  overrideCodes: [],
} satisfies Partial<CrewMember>;

/** @throws Problem `assignment.time` where the end does not lie after the begin, or more than 7 days after it. */
function spanOf({ from, until }: { from: string; until: string }): { from: Date; until: Date } {
  const span = { from: new Date(from), until: new Date(until) };
  const ms = span.until.getTime() - span.from.getTime();
  if (!(ms > 0 && ms <= 7 * DAY_MS)) throw new Problem('assignment.time');
  return span;
}
