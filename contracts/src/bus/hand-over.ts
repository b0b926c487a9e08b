import { z } from 'zod';
import { instant, slug } from '../primitives.ts';
import { badgeHandle } from './positions.ts';

/**
 * A worker saw a badge go from one person to another: neither of the two badges may be a name until a person has looked.
 * It is told again until the state of the positions names both as suspect.
 */
export const handOverSeen = z.object({
  worker: slug.describe('Name of the worker.'),
  camera: slug.describe('Id of the camera in whose picture the person is.'),
  floorPlan: slug.describe('Id of the floor plan.'),
  at: instant.describe(
    'Stream clock of the frame in which it was noticed: some seconds after it happened.',
  ),
  track: z.string().min(1).max(128).describe('Of the person, by the tracker of that camera.'),
  badges: z
    .array(badgeHandle)
    .min(1)
    .max(2)
    .describe(
      'The badge that was confirmed on the person before, and the one that fits now; one alone where the other may no longer be used.',
    ),
});
export type HandOverSeen = z.infer<typeof handOverSeen>;
