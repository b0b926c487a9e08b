import { z } from 'zod';
import { sha256, slug, ulid } from '../primitives.ts';
import { blurredEvidence, detectedBox } from './violation.ts';

/**
 * Evidence of which a worker is to make the rendition with blurred faces. The API gives them out, one
 * at a time; the worker reads the original by it, and answers with `cn.anshi.violation.blurred.v1`.
 */
export const blurOrder = z.object({
  violation: ulid.describe('Id of the violation.'),
  of: blurredEvidence.describe('Which of its evidence.'),
  original: sha256.describe('Digest of the original.'),
  bytes: z.number().int().positive().describe('Size of the original.'),
  camera: slug.describe('Id of the camera.'),
  model: z.string().describe('The detector that drew the boxes.'),
  boxes: z.array(detectedBox).describe('What it drew in a snapshot; empty for a clip.'),
  hasBoxesFile: z.boolean().describe('Whether a clip has a file of observations.'),
});
export type BlurOrder = z.infer<typeof blurOrder>;

/** The next order of a worker. */
export const blurClaim = z.object({
  order: blurOrder.nullable().describe('Null where nothing is to be made now.'),
});
