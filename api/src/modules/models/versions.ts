import type { AnnouncedModel } from '@anshi/contracts';
import { ulid } from 'ulid';
import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Files } from '../../platform/files/types.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { CameraStates } from '../cameras/health.ts';
import { requireBench } from './bench-evidence.ts';
import { findLog, type LogEntry, newestEntries } from './log-rows.ts';
import type {
  decisionBody,
  logPage,
  logQuery,
  ModelVersion,
  modelDecision,
  modelVersionDetail,
} from './schema.ts';

type User = Caller & { account: Account };
type Decision = z.infer<typeof modelDecision>;
export const MODEL_VERSION = 'model-version';
export type ModelVersions = ReturnType<typeof createModelVersions>;

/** The versions, and decisions about them. */
export function createModelVersions(options: {
  units: Units;
  files: Pick<Files, 'attach' | 'of' | 'read'>;
  states: Pick<CameraStates, 'workers'>;
}) {
  const { units, files, states } = options;
  const isOnline = (worker: string) =>
    states.workers().some((one) => one.worker === worker && one.online);

  return {
    list: (user: User): Promise<{ items: ModelVersion[] }> =>
      units.run(user, async ({ tx }) => ({ items: await findVersions(tx, isOnline) })),

    get: (user: User, id: string): Promise<z.infer<typeof modelVersionDetail>> =>
      units.run(user, ({ tx }) => detail(tx, id, isOnline)),

    log: (user: User, query: z.infer<typeof logQuery>): Promise<z.infer<typeof logPage>> =>
      units.run(user, async ({ tx }) => {
        const after = newestEntries.after(query.cursor);
        const rows = await findLog(tx, { ...query, after, limit: query.limit + 1 });
        const page = newestEntries.page(rows, query.limit);
        return { items: page.rows.map(showEntry), next: page.next };
      }),

    /**
     * Activates a version, or retires it, with a reason. An activation requires a bench result of
     * these weights; if that missed its target, also a reason for it.
     *
     * @throws Problem `model.*`, `file.*`
     */
    decide: (user: User, id: string, given: z.infer<typeof decisionBody>) =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const version = await tx.modelVersion.findFirst({ where: { id } });
        if (!version) throw new Problem('model.version-unknown');
        const attached = await files.attach(unit, given.fileIds, {
          entity: MODEL_VERSION,
          id,
          role: given.decision,
        });
        let missedReason: string | null = null;
        if (given.decision === 'activate') {
          missedReason = await requireBench(files, user.tenant, attached, version, given);
        } else if (await isRunning(tx, id)) throw new Problem('model.still-running');
        await writeDecision(unit, {
          modelVersionId: id,
          reason: given.reason,
          files: given.fileIds,
          reviewId: null,
          missedReason,
          decision: given.decision === 'activate' ? 'activated' : 'retired',
        });
        return detail(tx, id, isOnline);
      }),
  };
}

/**
 * Stores a decision, its audit line and its event.
 *
 * @throws Problem `model.already-so`
 */
export async function writeDecision(
  unit: Unit,
  given: {
    modelVersionId: string;
    decision: Decision['decision'];
    reason: string;
    /** The reason despite a missed target; null where it was met. */
    missedReason: string | null;
    files: string[];
    reviewId: string | null;
  },
): Promise<void> {
  const { tx, caller } = unit;
  const { modelVersionId: id, decision, reason, missedReason, files, reviewId } = given;
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${id}, 5190202))::text`;
  const [before] = await decisionsOf(tx, [id]);
  if (before?.decision === decision) throw new Problem('model.already-so');
  const at = new Date();
  await tx.modelDecision.createMany({
    data: [
      {
        tenantId: caller.tenant,
        id: ulid(),
        modelVersionId: id,
        decision,
        reason,
        reviewId,
        missedReason,
        files,
        at,
        byUser: caller.account?.id ?? null,
        ...(caller.account ? { byName: caller.account.displayName } : {}),
      },
    ],
  });
  await unit.audit({
    action: decision === 'activated' ? 'activate' : 'retire',
    entity: MODEL_VERSION,
    id,
    before: { decision: before?.decision ?? null },
    after: { decision, files, reviewId, ...(missedReason ? { missedReason } : {}) },
    reason,
  });
  await unit.emit({
    entity: MODEL_VERSION,
    what: decision,
    subject: id,
    data: { version: id, decision, reviewId, missed: missedReason !== null, at: at.toISOString() },
  });
}

/** Decisions about these versions, newest first. */
async function decisionsOf(tx: Transaction, ids: string[]) {
  return tx.modelDecision.findMany({
    where: { modelVersionId: { in: ids } },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
  });
}

async function isRunning(tx: Transaction, id: string): Promise<boolean> {
  const log = await findLog(tx, { versions: [id], limit: 1_000 });
  return log.some(({ to, camera }) => to === null && camera !== null);
}

/** Every version, running ones first, then the newest. */
export async function findVersions(
  tx: Transaction,
  isOnline: (worker: string) => boolean,
  ids?: string[],
): Promise<ModelVersion[]> {
  const rows = await tx.modelVersion.findMany({
    where: ids ? { id: { in: ids } } : {},
    omit: { card: true },
    orderBy: [{ firstLoadedAt: 'desc' }, { id: 'desc' }],
    take: 200,
  });
  const all = rows.map(({ id }) => id);
  const [log, decisions, counts] = await Promise.all([
    findLog(tx, { versions: all, limit: 5_000 }),
    decisionsOf(tx, all),
    tx.violation.groupBy({ by: ['modelName', 'modelVersion'], _count: true }),
  ]);
  const shown = rows.map((row): ModelVersion => {
    const own = log.filter(({ versionId }) => versionId === row.id);
    const open = own.filter(({ to }) => to === null);
    const ends = own.flatMap(({ to }) => to ?? []).map((to) => to.getTime());
    const workers = [...new Set(open.map(({ worker }) => worker))].sort();
    const decision = decisions.find(({ modelVersionId }) => modelVersionId === row.id);
    const count = counts.find((c) => c.modelName === row.name && c.modelVersion === row.version);
    return {
      id: row.id,
      name: row.name,
      version: row.version,
      task: row.task,
      weightsSha256: row.weightsSha256,
      firstLoadedAt: row.firstLoadedAt.toISOString(),
      lastUnloadedAt:
        open.length > 0 || ends.length === 0 ? null : new Date(Math.max(...ends)).toISOString(),
      running: workers.map((worker) => ({
        worker,
        cameras: open
          .flatMap((one) => (one.worker === worker && one.camera ? one.camera : []))
          .sort(),
        online: isOnline(worker),
      })),
      decision: decision ? showDecision(decision) : null,
      violations: count?._count ?? 0,
    };
  });
  return shown.sort((a, b) => Number(b.running.length > 0) - Number(a.running.length > 0));
}

async function detail(tx: Transaction, id: string, isOnline: (worker: string) => boolean) {
  const row = await tx.modelVersion.findFirst({ where: { id } });
  const [shown] = row ? await findVersions(tx, isOnline, [id]) : [];
  if (!row || !shown) throw new Problem('model.version-unknown');
  return {
    ...shown,
    card: row.card as AnnouncedModel,
    log: (await findLog(tx, { versions: [id], limit: 500 })).map(showEntry),
    decisions: (await decisionsOf(tx, [id])).map(showDecision),
  };
}

const showEntry = ({ seq: _seq, from, to, ...rest }: LogEntry) => ({
  ...rest,
  from: from.toISOString(),
  to: to?.toISOString() ?? null,
});

type DecisionRow = Awaited<ReturnType<typeof decisionsOf>>[number];
const showDecision = (row: DecisionRow): Decision => ({
  id: row.id,
  reason: row.reason,
  reviewId: row.reviewId,
  files: row.files,
  missedReason: row.missedReason,
  decision: row.decision as Decision['decision'],
  by: row.byUser === null ? null : { id: row.byUser, displayName: row.byName as never },
  at: row.at.toISOString(),
});
