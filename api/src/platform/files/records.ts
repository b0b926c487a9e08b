import type { StoredFile as Row } from '../../generated/prisma/client.ts';
import type { Transaction } from '../db/database.ts';
import type { FileKind, StoredFile } from './types.ts';

/** A row as modules see it. */
export function toStoredFile(row: Row): StoredFile {
  const { latitude, longitude, entity, entityId, role } = row;
  const hasPlace = latitude !== null && longitude !== null;
  const isAttached = entity !== null && entityId !== null && role !== null;
  return {
    id: row.id,
    name: row.name,
    kind: row.kind as FileKind,
    mediaType: row.mediaType,
    bytes: Number(row.bytes),
    sha256: row.sha256,
    perceptualHash: row.perceptualHash,
    width: row.width,
    height: row.height,
    durationSeconds: row.durationSeconds,
    takenAt: row.takenAt,
    takenWhere: hasPlace ? { latitude, longitude } : null,
    uploadedBy: row.uploadedBy,
    uploadedAt: row.uploadedAt,
    scan: row.scan as StoredFile['scan'],
    attachedTo: isAttached ? { entity, id: entityId, role } : null,
    shown: { sha256: row.shownSha256, bytes: Number(row.shownBytes), mediaType: row.shownType },
    preview:
      row.previewSha256 === null
        ? null
        : {
            sha256: row.previewSha256,
            bytes: Number(row.previewBytes ?? 0),
            mediaType: 'image/jpeg',
          },
  };
}

/** The digests of all stored bytes of a file. */
export function digestsOf(row: Pick<Row, 'sha256' | 'shownSha256' | 'previewSha256'>): string[] {
  const all = [row.sha256, row.shownSha256, row.previewSha256];
  return [...new Set(all.filter((one) => one !== null))].sort();
}

export async function findFile(
  tx: Transaction,
  tenantId: string,
  id: string,
): Promise<StoredFile | null> {
  const row = await tx.storedFile.findUnique({ where: { tenantId_id: { tenantId, id } } });
  return row && toStoredFile(row);
}

/** Whether a row of the tenant still needs the bytes. */
export async function isUsed(tx: Transaction, tenantId: string, sha256: string): Promise<boolean> {
  const found = await tx.storedFile.findFirst({
    where: {
      tenantId,
      OR: [{ sha256 }, { shownSha256: sha256 }, { previewSha256: sha256 }],
    },
    select: { id: true },
  });
  return found !== null;
}

/**
 * Locks the digests until the transaction ends: between the check whether bytes are needed and
 * their removal, no row may be added that needs them.
 */
export async function lockDigests(
  tx: Transaction,
  tenant: string,
  digests: readonly string[],
): Promise<void> {
  for (const one of [...digests].sort()) {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`file:${tenant}:${one}`}, 0))`;
  }
}

/** Pictures within this Hamming distance, and files with the same bytes. */
export async function findLookalikes(
  tx: Transaction,
  file: StoredFile,
  bits: number,
  most = 50,
): Promise<{ id: string; distance: number }[]> {
  // Two index scans; the tenant is set by row-level security, which knows it as a constant.
  return tx.$queryRaw<{ id: string; distance: number }[]>`
    SELECT id, min(distance)::integer AS distance FROM (
      SELECT id, 0 AS distance FROM stored_file
      WHERE sha256 = ${file.sha256} AND entity IS NOT NULL
      UNION ALL
      SELECT id, distance FROM (
        SELECT id, perceptual_distance(perceptual_hash, ${file.perceptualHash}) AS distance
        FROM stored_file WHERE perceptual_hash IS NOT NULL AND entity IS NOT NULL
      ) AS pictures WHERE distance <= ${bits}
    ) AS alike WHERE id <> ${file.id}
    GROUP BY id ORDER BY distance, id LIMIT ${most}`;
}
