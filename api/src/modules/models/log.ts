import { createHash } from 'node:crypto';
import type { AnnouncedModel, ModelsLoaded } from '@anshi/contracts';
import { ulid } from 'ulid';
import type { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { isWorkerRevoked } from '../devices/revoked.ts';
import { modelOwners } from './owners.ts';

/** A worker's model for a camera. */
export interface Load {
  modelVersionId: string;
  camera: string | null;
}

export type ModelLogService = ReturnType<typeof createModelLog>;

/** Keeps the log of which model judged which camera when, from the workers' announcements. */
export function createModelLog(options: { units: Units; notices: Notices; tenant: string }) {
  const { units, notices, tenant } = options;
  return {
    /**
     * Stores an announcement once.
     *
     * @returns `revoked` where the credential of the worker is: then it is not stored.
     * @throws where the database is unavailable: then it is not stored.
     */
    take: (event: ModelsLoaded): Promise<'stored' | 'duplicate' | 'revoked'> =>
      units.run(systemCaller(tenant), async (unit) => {
        const { tx } = unit;
        const { worker, since, models, cameras } = event.data;
        if (await isWorkerRevoked(tx, worker)) return 'revoked';
        await inTurnOf(tx, tenant, worker);
        const at = new Date(since);
        const { count } = await tx.modelAnnouncement.createMany({
          data: [{ tenantId: tenant, source: event.source, eventId: event.id, since: at }],
          skipDuplicates: true,
        });
        if (count === 0) return 'duplicate';
        // The models of the first announcement belong to the installation.
        const isInstallation = (await tx.modelVersion.findFirst({ select: { id: true } })) === null;
        const ids = new Map<string, string>();
        for (const model of models) {
          ids.set(model.name, await keepVersion(unit, model, { at, isInstallation }));
        }
        const wanted = [...ids].flatMap(([name, modelVersionId]): Load[] => {
          const on = cameras.filter((one) => one.models.includes(name));
          if (on.length === 0) return [{ modelVersionId, camera: null }];
          return on.map(({ camera }) => ({ modelVersionId, camera }));
        });
        const present = await loadedBy(tx, worker);
        const lacks = (list: readonly Load[]) => (one: Load) =>
          !list.some((other) => keyOf(other) === keyOf(one));
        const changes = [
          ...present.filter(lacks(wanted)).map((one) => ({ ...one, kind: 'unloaded' })),
          ...wanted.filter(lacks(present)).map((one) => ({ ...one, kind: 'loaded' })),
        ];
        await tx.modelLog.createMany({
          data: changes.map((one) => ({ tenantId: tenant, id: ulid(), worker, at, ...one })),
        });
        await noteChanges(unit, worker, at, changes);
        await linkViolations(tx, { source: event.source, worker, since: at });
        return 'stored';
      }),
  };

  /** The row of this card and these weights, created if needed. */
  async function keepVersion(
    unit: Unit,
    model: AnnouncedModel,
    { at, isInstallation }: { at: Date; isInstallation: boolean },
  ): Promise<string> {
    const { tx } = unit;
    const { name, version, weightsSha256, task } = model;
    const cardSha256 = createHash('sha256').update(inOrder(model)).digest('hex');
    const which = { name, version, weightsSha256, cardSha256 };
    const find = () => tx.modelVersion.findFirst({ where: which, select: { id: true } });
    const known = await find();
    if (known) return known.id;
    const before = await tx.modelVersion.findFirst({
      where: { name },
      select: { id: true },
    });
    const { count } = await tx.modelVersion.createMany({
      data: [
        {
          tenantId: tenant,
          id: ulid(),
          ...which,
          task,
          card: model as Prisma.InputJsonObject,
          firstLoadedAt: at,
        },
      ],
      skipDuplicates: true,
    });
    const made = await find();
    if (!made) throw new Error(`the version ${name} ${version} was not kept`);
    // Another worker announced it concurrently.
    if (count === 0) return made.id;
    await unit.audit({
      action: 'create',
      entity: 'model-version',
      id: made.id,
      after: { name, version, task, weightsSha256 },
    });
    if (isInstallation) await noteInstalled(unit, made.id, at);
    else await tellOwners(unit, made.id, model, before ? 'version' : 'model');
    return made.id;
  }

  /** Part of the installation, which counts as its activation. */
  async function noteInstalled(unit: Unit, modelVersionId: string, at: Date): Promise<void> {
    const reason = '安装时的首个版本 / First version, as installed';
    await unit.tx.modelDecision.createMany({
      data: [{ tenantId: tenant, id: ulid(), modelVersionId, decision: 'activated', reason, at }],
    });
    await unit.audit({
      action: 'activate',
      entity: 'model-version',
      id: modelVersionId,
      after: { reason },
    });
  }

  /** A version without activation runs: the model owners are notified. */
  async function tellOwners(
    unit: Unit,
    id: string,
    model: AnnouncedModel,
    what: keyof typeof NEW,
  ): Promise<void> {
    await notices.notify(unit, {
      to: await modelOwners(unit.tx),
      kind: 'model.version',
      severity: 'warning',
      title: {
        zh: `${NEW[what].title.zh}：${model.name} ${model.version}`,
        en: `${NEW[what].title.en}: ${model.name} ${model.version}`,
      },
      body: NEW[what].body,
      link: noticeLink('model.version', id),
      subject: { entity: 'model-version', id },
    });
  }
}

/** The notice for a new version of a known model, and for an unknown model. */
const NEW = {
  version: {
    title: { zh: '识别模型换了版本', en: 'A model has another version' },
    body: {
      zh: '请核对模型卡与评测结果，登记启用原因；不应使用的，请换回并登记停用。',
      en: 'Look at its card and figures, and record why it is in use; if it should not be, load the old one and retire it.',
    },
  },
  model: {
    title: { zh: '出现了新的识别模型', en: 'A model runs that was not here before' },
    body: {
      zh: '请核对模型卡与评测结果，登记启用原因；不应使用的，请让节点不再加载并登记停用。',
      en: 'Look at its card and figures, and record why it is in use; if it should not be, take it away from the workers and retire it.',
    },
  },
};

/** Writes for one worker are serialised. */
export const inTurnOf = (tx: Transaction, tenant: string, worker: string) =>
  tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${tenant} ${worker}`}, 5190200))::text`;

/** A canonical serialisation, independent of the field order. */
function inOrder(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

const keyOf = ({ modelVersionId, camera }: Load) => `${modelVersionId} ${camera ?? ''}`;

/** The worker's loaded models by its last announcement. */
export async function loadedBy(tx: Transaction, worker: string): Promise<Load[]> {
  const rows = await tx.$queryRaw<(Load & { kind: string })[]>`
    SELECT DISTINCT ON (model_version_id, camera)
      model_version_id AS "modelVersionId", camera, kind
    FROM model_log WHERE worker = ${worker}
    ORDER BY model_version_id, camera, seq DESC`;
  return rows
    .filter(({ kind }) => kind === 'loaded')
    .map(({ modelVersionId, camera }) => ({ modelVersionId, camera }));
}

/** A line for each loaded, unloaded or lost version. */
export async function noteChanges(
  unit: Unit,
  worker: string,
  at: Date,
  changes: readonly (Load & { kind: string })[],
): Promise<void> {
  const groups = new Map<string, { id: string; kind: string; cameras: string[] }>();
  for (const { modelVersionId: id, kind, camera } of changes) {
    const group = groups.get(`${kind} ${id}`) ?? { id, kind, cameras: [] };
    if (camera !== null) group.cameras.push(camera);
    groups.set(`${kind} ${id}`, group);
  }
  for (const { id, kind, cameras } of groups.values()) {
    await unit.audit({
      action: kind === 'loaded' ? 'load' : 'unload',
      entity: 'model-version',
      id,
      after: { worker, cameras, at: at.toISOString(), ...(kind === 'lost' ? { lost: true } : {}) },
    });
  }
}

/**
 * Links earlier violations to their model, announced now.
 *
 * @param since start of the announcement's validity: earlier violations do not match.
 */
async function linkViolations(
  tx: Transaction,
  { source, worker, since }: { source: string; worker: string; since: Date },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE violation v SET model_log_id = (
      SELECT l.id FROM model_log l JOIN model_version m ON m.id = l.model_version_id
      WHERE l.worker = ${worker} AND l.camera = v.camera AND l.kind = 'loaded'
        AND m.name = v.model_name AND m.version = v.model_version
        -- A camera may see something in the moments between its start and the word on it.
        AND l.at <= v.confirmed_at + interval '60 seconds'
      ORDER BY l.seq DESC LIMIT 1)
    WHERE v.source = ${source} AND v.model_log_id IS NULL
      AND v.confirmed_at >= ${since}::timestamptz - interval '60 seconds'
      -- Nothing takes an hour to be confirmed; times of beginning have an index.
      AND v.started_at >= ${since}::timestamptz - interval '1 hour'`;
}

/** The log entry of a camera at a moment, or null where its worker has not announced it yet. */
export async function findLogEntry(
  tx: Transaction,
  judged: { source: string; camera: string; name: string; version: string; at: Date },
): Promise<string | null> {
  const { source, camera, name, version, at } = judged;
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    SELECT l.id FROM model_log l JOIN model_version m ON m.id = l.model_version_id
    WHERE '/vision/' || l.worker = ${source} AND l.worker = ${source.replace(/^\/vision\//, '')}
      AND l.camera = ${camera} AND l.kind = 'loaded'
      AND m.name = ${name} AND m.version = ${version}
      AND l.at <= ${at}::timestamptz + interval '60 seconds'
    ORDER BY l.seq DESC LIMIT 1`;
  return row?.id ?? null;
}
