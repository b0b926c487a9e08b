import { z } from 'zod';
import { actorOf } from '../access/account.ts';
import { accountOf } from '../access/request-account.ts';
import type { Database } from '../db/database.ts';
import type { Module } from '../http/app-types.ts';
import { problems } from '../http/problems.ts';

const run = z
  .object({
    kind: z.enum(['backup', 'drill']),
    startedAt: z.string(),
    finishedAt: z.string(),
    ok: z.boolean(),
    archive: z.string().nullable(),
    bytes: z.number().int().nullable(),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'BackupRun' });

const answer = z.object({
  /** Whether this system makes daily backups. */
  scheduled: z.boolean(),
  newestBackup: run.nullable(),
  newestDrill: run.nullable(),
  items: z.array(run),
});

const MOST = 50;

export function backupsModule(database: Database, scheduled: boolean): Module {
  return {
    name: 'backups',
    register(app) {
      app.get(
        '/api/v1/backups',
        {
          config: { permission: 'system:read' },
          schema: {
            tags: ['system'],
            operationId: 'listBackups',
            summary: 'Lists the last backups and drills, and the newest that went well',
            response: { 200: answer, ...problems(401, 403, 503) },
          },
        },
        (request) =>
          database.transaction(actorOf(accountOf(request)), async (tx) => {
            const tenantId = accountOf(request).tenant;
            const orderBy = { finishedAt: 'desc' } as const;
            const newest = async (kind: 'backup' | 'drill') => {
              const found = await tx.backupRun.findFirst({
                where: { tenantId, kind, ok: true },
                orderBy,
              });
              return found && view(found);
            };
            const rows = await tx.backupRun.findMany({ where: { tenantId }, orderBy, take: MOST });
            return {
              scheduled,
              newestBackup: await newest('backup'),
              newestDrill: await newest('drill'),
              items: rows.map(view),
            };
          }),
      );
    },
  };
}

function view(row: {
  kind: string;
  startedAt: Date;
  finishedAt: Date;
  ok: boolean;
  archive: string | null;
  bytes: bigint | null;
  detail: unknown;
}): z.infer<typeof run> {
  return {
    kind: row.kind as 'backup' | 'drill',
    startedAt: row.startedAt.toISOString(),
    finishedAt: row.finishedAt.toISOString(),
    ok: row.ok,
    archive: row.archive,
    bytes: row.bytes === null ? null : Number(row.bytes),
    detail: row.detail as Record<string, unknown>,
  };
}
