import { z } from 'zod';
import { instant, slug } from '../primitives.ts';

/**
 * Retained: which configuration of its cameras a worker should have. It holds no camera: the worker
 * asks the API for them.
 */
export const configurationNotice = z.object({
  revision: z.string().min(1).max(64).describe('Names the configuration, as its ETag does.'),
  at: instant.describe('When the API said so.'),
});
export type ConfigurationNotice = z.infer<typeof configurationNotice>;

/** What a worker says about where its cameras are from. */
export const workerConfiguration = z.object({
  source: z
    .enum(['api', 'kept', 'file'])
    .describe(
      '`api`: as the API gave it; `kept`: the last good one of its disk, until the API answers; `file`: its own cameras.yaml.',
    ),
  revision: z.string().nullable().describe('Names the configuration; null for a file.'),
  refused: z
    .array(
      z.object({
        camera: slug.describe('Id of the camera.'),
        version: z.number().int().describe('Version of its configuration that was refused.'),
        reason: z.string().describe('What is wrong with it.'),
      }),
    )
    .describe('Cameras whose configuration it cannot use; their last good one goes on.'),
});
export type WorkerConfiguration = z.infer<typeof workerConfiguration>;

/** The cameras of one worker, as the API gives them. */
export const workerCameras = z.object({
  revision: z.string().min(1).max(64).describe('Names this configuration, as the ETag does.'),
  sites: z.array(z.unknown()).describe('Sites and floor plans, as in cameras.yaml.'),
  cameras: z
    .array(
      z.object({
        id: slug,
        version: z.number().int().describe('Version of its configuration.'),
        config: z.unknown().describe('The camera as in cameras.yaml, with its address.'),
      }),
    )
    .describe('Each is checked by itself, so that one that is refused holds up no other.'),
  others: z
    .array(slug)
    .optional()
    .describe(
      'Cameras that name another worker: they are not removed, and episodes that are open in them go on there.',
    ),
});
export type WorkerCameras = z.infer<typeof workerCameras>;
