import { Prisma } from '../../generated/prisma/client.ts';
import { mayRemoveFiles } from '../../platform/backup/lock.ts';
import type { ModuleFacts } from '../../platform/facts.ts';
import { readFacts } from '../facts.ts';
import { UNASKED_POLICY } from './manifest.ts';

export const facts: ModuleFacts = {
  // They have the term and the holds of the evidence of their violation.
  violationFiles: Prisma.sql`
    SELECT violation_id, clip_sha256 AS sha256, FALSE AS is_rendition FROM scene_clip
    UNION ALL SELECT violation_id, clip_boxes_sha256, FALSE FROM scene_clip
    UNION ALL SELECT violation_id, clip_blurred_sha256, TRUE FROM scene_clip`,
  purgers: [
    {
      // Clips that were kept by themselves and that no account asked for go sooner: at their own term, or once their
      // finding is dismissed.
      policy: UNASKED_POLICY,
      // Files are removed within the transaction, which has seconds.
      most: 200,
      async remove(tx, cutoff, most) {
        if (!(await mayRemoveFiles(tx))) return [];
        const held = (await readFacts()).flatMap(({ violationsHeld }) => violationsHeld ?? []);
        const isHeld =
          held.length > 0
            ? Prisma.sql`s.violation_id IN (${Prisma.join(held, ' UNION ')})`
            : Prisma.sql`FALSE`;
        const rows = await tx.$queryRaw<{ sha256: string; bytes: number; at: Date }[]>`
          SELECT e.sha256, e.bytes, e.stored_at AS at FROM evidence e
          WHERE e.sha256 IN (
              SELECT unnest(ARRAY[s.clip_sha256, s.clip_boxes_sha256]) FROM scene_clip s
              JOIN violation v ON v.id = s.violation_id
              WHERE s.wanted_at IS NULL AND s.clip_sha256 IS NOT NULL
                AND (s.ordered_at < ${cutoff} OR v.status = 'dismissed') AND NOT ${isHeld})
            AND NOT EXISTS (SELECT 1 FROM purged_file p WHERE p.sha256 = e.sha256)
            -- The same bytes may be of another clip, which stays.
            AND NOT EXISTS (SELECT 1 FROM scene_clip s JOIN violation v ON v.id = s.violation_id
              WHERE e.sha256 IN (s.clip_sha256, s.clip_boxes_sha256)
                AND (s.wanted_at IS NOT NULL OR ${isHeld}
                  OR (s.ordered_at >= ${cutoff} AND v.status <> 'dismissed')))
            AND NOT EXISTS (SELECT 1 FROM violation v
              WHERE e.sha256 IN (v.clip_sha256, v.clip_boxes_sha256))
          ORDER BY e.stored_at LIMIT ${most}`;
        return rows.map(({ sha256, bytes, at }) => ({ id: sha256, at, file: { sha256, bytes } }));
      },
    },
  ],
};
