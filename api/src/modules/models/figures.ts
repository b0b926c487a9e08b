import { announcedModel, cardFigure, instant, sha256, slug } from '@anshi/contracts';
import { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import { findDrops } from './drops.ts';
import { countNewLabels } from './labels/count.ts';
import { findPrecision } from './precision.ts';
import { modelDrop, precisionRow } from './schema.ts';
import { modelSettingsOf } from './settings.ts';
import { findVersions } from './versions.ts';

/** Period of a review's precision figures, days. */
const SPAN_DAYS = 183;

/** The figures of the models when a review was opened. */
export const reviewFigures = z
  .object({
    at: instant,
    versions: z.array(
      z.object({
        id: z.string(),
        name: slug,
        version: z.string(),
        task: z.string(),
        weightsSha256: sha256,
        cameras: z.number().int(),
        workers: z.number().int(),
        approved: z.boolean().describe('Whether a person activated it.'),
        since: instant,
        figures: z.array(cardFigure).describe('Of the card.'),
        limits: z.array(z.string()),
      }),
    ),
    precision: z.object({
      from: instant,
      minJudged: z.number().int(),
      rules: z.array(precisionRow),
      total: precisionRow,
    }),
    drops: z.array(modelDrop).describe('Since the last review.'),
    labels: z.object({
      since: instant.nullable().describe('The last review; null where there was none.'),
      pictures: z.number().int().describe('Verdicts since then that make a labelled picture.'),
      bySet: z.record(z.string(), z.number().int()),
    }),
  })
  .meta({ id: 'ModelReviewFigures' });
export type ReviewFigures = z.infer<typeof reviewFigures>;

/** Collects the current figures for a review. */
export async function currentFigures(
  tx: Transaction,
  options: { now: Date; lastReview: Date | null; timeZone: string },
): Promise<ReviewFigures> {
  const { now, lastReview, timeZone } = options;
  const from = new Date(now.getTime() - SPAN_DAYS * 86_400_000);
  const { minJudged } = await modelSettingsOf(tx);
  const versions = (await findVersions(tx, () => true)).filter(({ running }) => running.length > 0);
  const cards = await tx.modelVersion.findMany({
    where: { id: { in: versions.map(({ id }) => id) } },
    select: { id: true, card: true },
  });
  const cardOf = (id: string) => announcedModel.parse(cards.find((one) => one.id === id)?.card);
  const query = { by: ['rule' as const, 'version' as const], from: from.toISOString() };
  const precision = await findPrecision(tx, query, { minJudged, timeZone });
  const bySet = await countNewLabels(tx, lastReview);
  return {
    at: now.toISOString(),
    versions: versions.map((one) => {
      const { figures, limits } = cardOf(one.id);
      return {
        id: one.id,
        name: one.name,
        version: one.version,
        task: one.task,
        weightsSha256: one.weightsSha256,
        since: one.firstLoadedAt,
        figures,
        limits,
        cameras: new Set(one.running.flatMap(({ cameras }) => cameras)).size,
        workers: one.running.length,
        approved: one.decision?.decision === 'activated',
      };
    }),
    precision: {
      from: from.toISOString(),
      minJudged,
      rules: precision.items,
      total: precision.total,
    },
    drops: await findDrops(tx, lastReview ?? from),
    labels: {
      since: lastReview?.toISOString() ?? null,
      pictures: Object.values(bySet).reduce((sum, n) => sum + n, 0),
      bySet,
    },
  };
}
