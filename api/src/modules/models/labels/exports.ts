import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instant, sha256, ulid } from '@anshi/contracts';
import type { Logger } from 'pino';
import { ulid as makeId } from 'ulid';
import { z } from 'zod';
import type { Prisma } from '../../../generated/prisma/client.ts';
import type { Account } from '../../../platform/access/account.ts';
import { type Caller, systemCaller } from '../../../platform/access/caller.ts';
import type { Database, Transaction } from '../../../platform/db/database.ts';
import type { Units } from '../../../platform/db/unit-of-work.ts';
import { Problem } from '../../../platform/http/errors.ts';
import type { Jobs } from '../../../platform/jobs/types.ts';
import type { ContentStore } from '../../../platform/store/content.ts';
import { modelSettingsOf } from '../settings.ts';
import { packFolder } from './archive.ts';
import { lastRefusalAt } from './refusals.ts';
import { findCandidates, type LabelFilter, labelFilter, requirePurpose } from './select.ts';
import { labelCounts, writeLabels } from './write.ts';

type User = Caller & { account: Account };
export const LABEL_EXPORT = 'model-label-export';
const JOB = 'model-labels';
/** Maximum bytes of an archive. */
const LIMIT = 2 * 1024 ** 3 - 1;

export const labelExport = z
  .object({
    id: ulid,
    state: z.enum(['waiting', 'ready', 'failed', 'removed']),
    filter: labelFilter,
    counts: labelCounts.nullable(),
    problem: z.string().nullable(),
    sha256: sha256.nullable(),
    bytes: z.number().int().nullable(),
    requestedBy: z.object({
      id: z.string(),
      displayName: z.object({ zh: z.string(), en: z.string() }),
    }),
    requestedAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'ModelLabelExport' });
type LabelExport = z.infer<typeof labelExport>;

export type LabelExports = ReturnType<typeof createLabelExports>;

/** Makes labelled sets as jobs, and serves them to authorised users. */
export function createLabelExports(options: {
  units: Units;
  database: Database;
  jobs: Jobs;
  store: ContentStore;
  log: Logger;
}) {
  const { units, database, jobs, store, log } = options;

  jobs.define(JOB, { retries: 1, expireSeconds: 3_600 }, async ({ id }, { tenant }) => {
    await make(tenant, String(id));
  });

  const fail = (tenant: string, id: string, error: unknown) => {
    log.error({ err: error, export: id }, 'a labelled set was not made');
    const problem = (error as Error).message.slice(0, 1_000);
    return database.transaction({ tenant, user: null }, (tx) =>
      tx.modelLabelExport.updateMany({
        where: { id },
        data: { state: 'failed', problem, finishedAt: new Date() },
      }),
    );
  };

  async function make(tenant: string, id: string): Promise<void> {
    const actor = { tenant, user: null };
    const find = async (tx: Transaction) => {
      const row = await tx.modelLabelExport.findFirst({ where: { id, state: 'waiting' } });
      if (!row) return null;
      await requirePurpose(tx);
      const filter = labelFilter.parse(row.filter);
      return { candidates: await findCandidates(tx, filter), settings: await modelSettingsOf(tx) };
    };
    const work = await database.transaction(actor, find).catch(async (error: unknown) => {
      // A rule violation is permanent: the user is notified.
      if (!(error instanceof Problem)) throw error;
      await fail(tenant, id, error);
      return null;
    });
    if (!work) return;
    const folder = await mkdtemp(join(tmpdir(), 'anshi-labels-'));
    try {
      const set = join(folder, 'set');
      const counts = await writeLabels(set, work.candidates, {
        store,
        tenant,
        settings: work.settings,
      });
      const file = join(folder, 'set.tar');
      const { sha256, bytes } = await packFolder(set, file);
      await store.put(tenant, sha256, createReadStream(file), { limit: LIMIT });
      await units.run(systemCaller(tenant), async (unit) => {
        await unit.tx.modelLabelExport.updateMany({
          where: { id },
          data: { state: 'ready', counts, sha256, bytes, finishedAt: new Date(), problem: null },
        });
        await unit.audit({
          action: 'make',
          entity: LABEL_EXPORT,
          id,
          after: { sha256, bytes, ...counts },
        });
      });
    } catch (error) {
      await fail(tenant, id, error);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  return {
    make,

    list: (user: User): Promise<{ items: LabelExport[] }> =>
      units.run(user, async ({ tx }) => {
        const rows = await tx.modelLabelExport.findMany({
          orderBy: [{ requestedAt: 'desc' }, { id: 'desc' }],
          take: 100,
        });
        const refused = await lastRefusalAt(tx);
        return { items: rows.map((row) => show(row, refused)) };
      }),

    get: (user: User, id: string): Promise<LabelExport> =>
      units.run(user, async ({ tx }) => {
        const row = await tx.modelLabelExport.findFirst({ where: { id } });
        if (!row) throw new Problem('model.export-unknown');
        return show(row, await lastRefusalAt(tx));
      }),

    request: (user: User, filter: LabelFilter): Promise<LabelExport> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        await requirePurpose(tx);
        const id = makeId();
        const row = await tx.modelLabelExport.create({
          data: {
            tenantId: user.tenant,
            id,
            state: 'waiting',
            filter,
            requestedBy: user.account.id,
            requestedName: user.account.displayName,
          },
        });
        await unit.audit({ action: 'create', entity: LABEL_EXPORT, id, after: { filter } });
        await jobs.send(tx, JOB, { id }, { key: id });
        unit.afterCommit(() => jobs.wake(JOB));
        return show(row, null);
      }),

    /** Every download is logged with its size. */
    archive: (user: User, id: string): Promise<{ sha256: string; bytes: number }> =>
      units.run(user, async (unit) => {
        const row = await unit.tx.modelLabelExport.findFirst({ where: { id } });
        if (!row) throw new Problem('model.export-unknown');
        // A set made before the purpose ended is kept until its retention term.
        await requirePurpose(unit.tx);
        const refused = await lastRefusalAt(unit.tx);
        if (refused && row.requestedAt < refused) {
          throw new Problem(
            'model.export-not-ready',
            'Since then an employee refused or withdrew the use of pictures for training. Make a new set.',
          );
        }
        const { sha256 } = row;
        const bytes =
          sha256 && row.state === 'ready' ? await store.size(user.tenant, sha256) : null;
        if (!sha256 || bytes === null) throw new Problem('model.export-not-ready');
        const { pictures, images, blurred } = labelCounts.parse(row.counts);
        await unit.audit({
          action: 'export',
          entity: LABEL_EXPORT,
          id,
          after: { sha256, bytes, pictures, images, blurred },
        });
        return { sha256, bytes };
      }),
  };
}

type Row = Prisma.ModelLabelExportModel;

/** @param refused time of the last refusal or withdrawal: earlier sets are invalid. */
function show(row: Row, refused: Date | null): LabelExport {
  const isOutOfUse = row.state === 'ready' && refused !== null && row.requestedAt < refused;
  return {
    id: row.id,
    problem: row.problem,
    sha256: row.sha256,
    bytes: row.bytes,
    state: isOutOfUse ? 'removed' : (row.state as LabelExport['state']),
    filter: row.filter as LabelFilter,
    counts: row.counts as LabelExport['counts'],
    requestedBy: {
      id: row.requestedBy,
      displayName: row.requestedName as { zh: string; en: string },
    },
    requestedAt: row.requestedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
