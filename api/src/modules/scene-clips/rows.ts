import type { ViolationClipReady } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { heldNow } from '../cameras/who-held.ts';
import { clipColumns } from '../violations/clip-columns.ts';
import type { ViolationRow } from '../violations/repository.ts';

/** A row of the table. */
export type SceneClipRow = Prisma.SceneClipModel;

/** Null where the id is that of a violation, or of nothing. */
export const findSceneClip = (tx: Transaction, id: string): Promise<SceneClipRow | null> =>
  tx.sceneClip.findFirst({ where: { id } });

/** The violation whose scene a clip shows. */
export const violationOf = (
  tx: Transaction,
  { violationId }: Pick<SceneClipRow, 'violationId'>,
): Promise<ViolationRow> => tx.violation.findFirstOrThrow({ where: { id: violationId } });

/**
 * Attaches the clip that came, or the reason why there is none. A clip that is there stays.
 *
 * @returns the violation whose scene it shows.
 */
export async function attachSceneClip(
  tx: Transaction,
  row: SceneClipRow,
  { data }: ViolationClipReady,
): Promise<ViolationRow> {
  const change = data.clip
    ? {
        ...clipColumns(data.clip),
        missingReason: null,
        missingMessage: null,
      }
    : {
        missingReason: data.missing.reason,
        missingMessage: data.missing.message.slice(0, 500),
      };
  await tx.sceneClip.updateMany({ where: { id: row.id, clipSha256: null }, data: change });
  return violationOf(tx, row);
}

/** Notes why no clip will come, unless the clip, or another reason, came before. */
export async function endSceneClip(
  tx: Transaction,
  id: string,
  { reason, message }: { reason: string; message: string },
): Promise<void> {
  await tx.sceneClip.updateMany({
    where: { id, clipSha256: null, missingReason: null },
    data: { missingReason: reason, missingMessage: message.slice(0, 500) },
  });
}

/** The clip that a worker blurs next, and since when a reader waits for it; null for none. */
export async function nextUnblurred(
  tx: Transaction,
  worker: string,
): Promise<{ id: string; wantedAt: Date } | null> {
  const [next] = await sqlIn(tx)<{ id: string; wantedAt: Date }>(Prisma.sql`
    SELECT s.id, s.wanted_at AS "wantedAt" FROM scene_clip s
    LEFT JOIN blur_order o ON o.tenant_id = s.tenant_id AND o.violation_id = s.id AND o."of" = 'clip'
    WHERE s.wanted_at IS NOT NULL AND s.clip_sha256 IS NOT NULL
      AND s.clip_blurred_sha256 IS NULL AND s.clip_blur_failed IS NULL
      AND (o.until_at IS NULL OR o.until_at < now())
      AND s.camera IN (${heldNow(worker)})
      AND NOT EXISTS (SELECT 1 FROM purged_file p WHERE p.sha256 = s.clip_sha256)
    ORDER BY s.wanted_at DESC LIMIT 1`);
  return next ?? null;
}
