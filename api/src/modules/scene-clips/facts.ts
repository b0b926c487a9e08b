import { Prisma } from '../../generated/prisma/client.ts';
import type { ModuleFacts } from '../../platform/facts.ts';

export const facts: ModuleFacts = {
  // They have the term and the holds of the evidence of their violation.
  violationFiles: Prisma.sql`
    SELECT violation_id, clip_sha256 AS sha256, FALSE AS is_rendition FROM scene_clip
    UNION ALL SELECT violation_id, clip_boxes_sha256, FALSE FROM scene_clip
    UNION ALL SELECT violation_id, clip_blurred_sha256, TRUE FROM scene_clip`,
};
