import type { Box, DetectedBox } from '@anshi/contracts';
import { slug, violationKind } from '@anshi/contracts';
import { z } from 'zod';
import { Prisma } from '../../../generated/prisma/client.ts';
import type { Transaction } from '../../../platform/db/database.ts';
import { Problem } from '../../../platform/http/errors.ts';
import { ofKinds } from '../../violations/kind.ts';
import { findRefusals, isRefused, shownWithoutConsent, TRAINING_PURPOSE } from './refusals.ts';
import { type Placed, splitOf } from './split.ts';
import type { JudgedViolation } from './verdict.ts';

/** Maximum verdicts of one set: a set is made in one run. */
export const MOST_VERDICTS = 50_000;

/** Filter of the verdicts; left out, all. */
export const labelFilter = z
  .strictObject({
    from: z.iso.datetime({ offset: true }).optional().describe('Began at this instant or later.'),
    to: z.iso.datetime({ offset: true }).optional().describe('Began before this instant.'),
    rules: z.array(violationKind).max(50).optional(),
    cameras: z.array(slug).max(500).optional(),
  })
  .meta({ id: 'ModelLabelFilter' });
export type LabelFilter = z.infer<typeof labelFilter>;

/** A verdict, its snapshot, and its side of the split. */
export interface Candidate extends JudgedViolation {
  snapshotSha256: string;
  model: { name: string; version: string };
  reviewedAt: Date;
  side: 'train' | 'val';
  /** A person who may be in the picture refused its use for training, or one who is has not agreed. */
  refused: boolean;
}

/** @throws Problem `model.purpose-off` where the purpose is inactive. */
export async function requirePurpose(tx: Transaction): Promise<void> {
  const newest = await tx.consentPurpose.findFirst({
    where: { id: TRAINING_PURPOSE },
    orderBy: { version: 'desc' },
  });
  if (!newest?.active) throw new Problem('model.purpose-off');
}

/**
 * The verdicts of a filter, by start time.
 *
 * @throws Problem `model.export-too-large` where there are too many for one set.
 */
export async function findCandidates(tx: Transaction, filter: LabelFilter): Promise<Candidate[]> {
  const all = [Prisma.sql`v.status <> 'pending'`];
  if (filter.from) all.push(Prisma.sql`v.started_at >= ${new Date(filter.from)}`);
  if (filter.to) all.push(Prisma.sql`v.started_at < ${new Date(filter.to)}`);
  if (filter.rules) all.push(ofKinds(filter.rules));
  if (filter.cameras) all.push(Prisma.sql`v.camera = ANY (${filter.cameras})`);
  const rows = await findJudged(tx, Prisma.join(all, ' AND '), MOST_VERDICTS + 1);
  if (rows.length > MOST_VERDICTS) throw new Problem('model.export-too-large');
  // Unexported violations also decide the side of a scene.
  const cameras = [...new Set(rows.map(({ camera }) => camera))];
  const placed = await tx.$queryRaw<Placed[]>`
    SELECT id, camera, started_at AS "startedAt" FROM violation WHERE camera = ANY (${cameras})`;
  const split = splitOf(placed);
  const refusals = await findRefusals(tx);
  const named = await shownWithoutConsent(
    tx,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({
    ...row,
    side: split.get(row.id) ?? 'train',
    refused: named.has(row.id) || isRefused(row, refusals),
  }));
}

/** Verdicts as rows, oldest first. */
export async function findJudged(
  tx: Transaction,
  where: Prisma.Sql,
  most: number,
): Promise<Omit<Candidate, 'side' | 'refused'>[]> {
  const rows = await tx.$queryRaw<
    (Omit<Candidate, 'side' | 'refused' | 'model' | 'box' | 'boxes'> & {
      box: unknown;
      boxes: unknown;
      name: string;
      version: string;
    })[]
  >`
    SELECT v.id, v.rule, v.item, v.camera, v.site, v.status, v.review_reason AS reason, v.tracks,
      v.started_at AS "startedAt", v.reviewed_at AS "reviewedAt", v.box,
      v.snapshot_width AS width, v.snapshot_height AS height, v.snapshot_boxes AS boxes,
      v.snapshot_sha256 AS "snapshotSha256", v.model_name AS name, v.model_version AS version
    FROM violation v WHERE v.snapshot_sha256 IS NOT NULL AND v.box IS NOT NULL AND ${where}
    ORDER BY v.started_at, v.id LIMIT ${most}`;
  return rows.map(({ name, version, box, boxes, ...rest }) => ({
    ...rest,
    box: box as Box,
    boxes: boxes as DetectedBox[],
    model: { name, version },
  }));
}
