import { z } from 'zod';
import { instant, sha256, slug } from '../primitives.ts';
import { cloudEvent } from './cloud-event.ts';

/** How well a model read one set of pictures, as its card says; the numbers are shares of 1. */
export const cardFigure = z.looseObject({
  set: z.string().min(1).max(200).describe('Name of the set of pictures.'),
  conditions: z.string().max(1000).describe('How it was measured.'),
});

/** What a worker says of a model that it has in memory: the part of its card that people ask for. */
export const announcedModel = z.object({
  name: slug.describe('Name of the model.'),
  version: z.string().min(1).max(64).describe('Version of its weights.'),
  task: z.string().min(1).max(64).describe('What it does: detection, poses …'),
  weightsSha256: sha256.describe('Of the file that was read, not of what the card says.'),
  description: z.string().max(4000).describe('What it is for.'),
  classes: z.array(z.string().max(64)).max(200).describe('What it can tell apart.'),
  licence: z.string().max(200).describe('Licence of the weights.'),
  thresholds: z
    .record(z.string().max(64), z.union([z.number(), z.looseObject({})]))
    .describe('By class: below `keep` a box is thrown away, from `trust` on it counts alone.'),
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
  figures: z.array(cardFigure).max(100).describe('How well it reads labelled pictures.'),
  limits: z.array(z.string().max(2000)).max(100).describe('What it cannot do.'),
});
export type AnnouncedModel = z.infer<typeof announcedModel>;

/**
 * All models that a worker has, and which of them each of its cameras is judged with, from `since`
 * on. Each announcement stands for the whole of the worker: what it does not name is not loaded any
 * more, and one that stops in order names nothing. Sent at the start and at each change, in order,
 * again and again until the API says that it has committed it ({@link acknowledgement}); an id is
 * one announcement, and a second one with the same id changes nothing.
 */
export const modelsLoaded = cloudEvent(
  'cn.anshi.models.loaded.v1',
  z.object({
    worker: slug.describe('Id of the worker.'),
    since: instant.describe('From when on this holds.'),
    models: z.array(announcedModel).max(64).describe('All models that it has in memory.'),
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
