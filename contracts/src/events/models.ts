import { z } from 'zod';
import { instant, sha256, slug } from '../primitives.ts';
import { cloudEvent } from './cloud-event.ts';

/** How well a model read one set of pictures, as its card says; the numbers are shares of 1. */
export const cardFigure = z.looseObject({
  set: z.string().min(1).max(200),
  conditions: z.string().max(1000),
});

/** What a worker says of a model that it has in memory: the part of its card that people ask for. */
export const announcedModel = z.object({
  name: slug,
  version: z.string().min(1).max(64),
  task: z.string().min(1).max(64),
  /** Of the file that was read, not of what the card says. */
  weightsSha256: sha256,
  description: z.string().max(4000),
  classes: z.array(z.string().max(64)).max(200),
  licence: z.string().max(200),
  /** By class: below `keep` a box is thrown away, from `trust` on it counts alone. */
  thresholds: z.record(z.string().max(64), z.union([z.number(), z.looseObject({})])),
  dataSets: z
    .array(
      z.looseObject({
        name: z.string().max(200),
        source: z.string().max(1000),
        licence: z.string().max(200),
      }),
    )
    .max(50),
  recipe: z.string().max(4000),
  figures: z.array(cardFigure).max(100),
  limits: z.array(z.string().max(2000)).max(100),
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
    worker: slug,
    since: instant,
    models: z.array(announcedModel).max(64),
    cameras: z
      .array(z.object({ camera: slug, models: z.array(slug).max(16) }))
      .max(4096)
      .describe('The names among `models`.'),
  }),
);
export type ModelsLoaded = z.infer<typeof modelsLoaded>;
