import { z } from 'zod';
import { instant, slug } from '../primitives.ts';
import { badgeHandle } from './positions.ts';

/** What a worker says of people whom it has confirmed by their badges and who are alone in a zone. It is not kept. */
export const confirmedAlone = z.object({
  worker: slug.describe('Name of the worker.'),
  camera: slug.describe('Id of the camera.'),
  at: instant.describe('Stream clock of the frame. What is older than some seconds says nothing.'),
  alone: z
    .array(
      z.object({
        zone: slug.describe('Id of a zone that watches a machine or an area.'),
        handle: badgeHandle.describe('The badge of the only person in it, for this day.'),
        since: instant.describe('Since when that person is alone in it and confirmed.'),
      }),
    )
    .max(64)
    .describe('Empty once it is over for all zones of the camera.'),
});
export type ConfirmedAlone = z.infer<typeof confirmedAlone>;
