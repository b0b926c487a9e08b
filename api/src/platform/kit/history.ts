import { bilingual, instant } from '@anshi/contracts';
import { z } from 'zod';
import { linesAbout } from '../audit/lines.ts';
import { type AuditEntity, describe } from '../audit/words.ts';
import type { Transaction } from '../db/database.ts';

const MOST_LINES = 200;

/** The history of a record, as it is answered. */
export const historySchema = z.object({
  items: z.array(
    z.object({
      at: instant,
      by: z.string().nullable(),
      action: z.string(),
      text: bilingual.describe('The line as a sentence.'),
    }),
  ),
});

/**
 * The lines of the audit log about a record and what belongs to it, the newest 200, newest first.
 *
 * @param about kinds of records; each record with what a line calls it, null for the record itself.
 */
export async function historyOf(
  tx: Transaction,
  about: Readonly<
    Partial<Record<AuditEntity, readonly (readonly [id: string, name: string | null])[]>>
  >,
): Promise<z.infer<typeof historySchema>> {
  const names = new Map(Object.values(about).flat());
  const records = Object.entries(about).map(([entity, rows]) => ({
    entity,
    id: rows.map(([id]) => id),
  }));
  const lines = await linesAbout(tx, records, { take: MOST_LINES });
  return {
    items: lines.map((line) => ({
      at: line.at.toISOString(),
      by: line.userName,
      action: line.action,
      text: describe({ ...line, entityId: names.get(line.entityId ?? '') ?? null }),
    })),
  };
}
