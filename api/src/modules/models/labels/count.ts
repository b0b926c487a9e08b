import { Prisma } from '../../../generated/prisma/client.ts';
import type { Transaction } from '../../../platform/db/database.ts';
import { findRefusals, isRefused, shownWithoutConsent } from './refusals.ts';
import { findJudged, MOST_VERDICTS } from './select.ts';
import { lessonOf } from './verdict.ts';

/**
 * Number of verdicts since then that make a labelled picture, by set. Duplicates are not removed.
 */
export async function countNewLabels(
  tx: Transaction,
  since: Date | null,
): Promise<Record<string, number>> {
  const after = since ? Prisma.sql`v.reviewed_at >= ${since}` : Prisma.sql`TRUE`;
  const rows = await findJudged(tx, Prisma.sql`v.status <> 'pending' AND ${after}`, MOST_VERDICTS);
  const refusals = await findRefusals(tx);
  const named = await shownWithoutConsent(
    tx,
    rows.map(({ id }) => id),
  );
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const lesson = lessonOf(row);
    if (typeof lesson === 'string') continue;
    if (lesson.faces.length > 0 && (named.has(row.id) || isRefused(row, refusals))) continue;
    counts[lesson.set] = (counts[lesson.set] ?? 0) + 1;
  }
  return counts;
}
