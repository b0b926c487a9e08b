import { z } from 'zod';
import { instant, slug } from '../primitives.ts';
import { badgeHandle } from './positions.ts';

/** Which people in the picture of a camera are confirmed by their badges now. It is not kept. */
export const namedTracks = z.object({
  worker: slug.describe('Name of the worker.'),
  camera: slug.describe('Id of the camera.'),
  at: instant.describe(
    'Stream clock of the decision. What is older than some seconds says nothing.',
  ),
  tracks: z
    .array(
      z.object({
        track: z.string().max(64).describe('The person, as observations of this camera name them.'),
        handle: badgeHandle.describe('The badge that is confirmed on them, for this day.'),
      }),
    )
    .max(200)
    .describe('Empty once no person in the picture is confirmed any more.'),
});
export type NamedTracks = z.infer<typeof namedTracks>;
