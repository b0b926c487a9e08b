import { z } from 'zod';
import { instant, sha256, slug } from '../primitives.ts';
import { cloudEvent } from './cloud-event.ts';

/** A model's accuracy on one set of pictures, from its card; shares of 1. */
export const cardFigure = z.looseObject({
  set: z.string().min(1).max(200).describe('Name of the set of pictures.'),
  conditions: z.string().max(1000).describe('How it was measured.'),
});

/** A loaded model as announced by a worker: the part of its card that people ask for. */
export const announcedModel = z.object({
  name: slug.describe('Name of the model.'),
  version: z.string().min(1).max(64).describe('Version of its weights.'),
  task: z.string().min(1).max(64).describe('What it does: detection, poses …'),
  weightsSha256: sha256.describe(
    'SHA-256 of the weights, compared with the loaded file; of a detector with a classifier, the SHA-256 of both digests (hexadecimal, a line break between them).',
  ),
  description: z.string().max(4000).describe('What it is for.'),
  classes: z.array(z.string().max(64)).max(200).describe('Its classes.'),
  licence: z.string().max(200).describe('Licence of the weights.'),
  thresholds: z
    .record(z.string().max(64), z.union([z.number(), z.looseObject({})]))
    .describe(
      'By class: detections below `keep` are discarded, from `trust` on they count on their own.',
    ),
  leastHeights: z
    .record(slug, z.number().positive())
    .optional()
    .describe(
      'By item of protective equipment: the height of a person in the picture, pixels, below which it is unknown.',
    ),
  dataSets: z
    .array(
      z.looseObject({
        name: z.string().max(200).describe('Name of the data set.'),
        source: z.string().max(1000).describe('Where it comes from.'),
        licence: z.string().max(200).describe('Its licence.'),
      }),
    )
    .max(50)
    .describe('What it was trained on.'),
  recipe: z.string().max(4000).describe('How it was trained.'),
  figures: z.array(cardFigure).max(100).describe('Its accuracy on labelled pictures.'),
  limits: z.array(z.string().max(2000)).max(100).describe('Its known limits.'),
});
export type AnnouncedModel = z.infer<typeof announcedModel>;

/**
 * All models of a worker, and which of them judge each of its cameras, from `since` on. Each
 * announcement replaces the previous one: models not listed are not loaded any more, and a worker
 * that stops lists none. Sent at the start and at each change, in order, and repeated until the API
 * acknowledges it ({@link acknowledgement}); an id is one announcement, and a duplicate with the
 * same id changes nothing.
 */
export const modelsLoaded = cloudEvent(
  'cn.anshi.models.loaded.v1',
  z.object({
    worker: slug.describe('Id of the worker.'),
    since: instant.describe('Start of validity.'),
    models: z.array(announcedModel).max(64).describe('All loaded models.'),
    cameras: z
      .array(
        z.object({
          camera: slug.describe('Id of the camera.'),
          models: z.array(slug).max(16).describe('The names among `models` that judge it.'),
        }),
      )
      .max(4096)
      .describe('Which models judge which camera.'),
  }),
);
export type ModelsLoaded = z.infer<typeof modelsLoaded>;
