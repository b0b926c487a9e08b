import { sha256, slug } from '@anshi/contracts';
import { z } from 'zod';

/** The converters that make weights at set-up instead of shipping them. */
export const weightsMakers = ['movenet-multipose'] as const;

const dataSet = z.strictObject({
  name: z.string().min(1),
  source: z.string().min(1),
  licence: z.string().min(1),
  attribution: z.string().min(1),
});

/** What a card of every task declares: what the model is, its licence and its limits. */
export const commonFields = {
  card: z.literal(1),
  name: slug,
  version: z.string().min(1),
  description: z.string().min(1),
  weights: z.strictObject({
    /** A file in the model's folder; one made at set-up lies in the folder of made models. */
    file: z.string().regex(/^[\w][\w.-]*$/, 'must be the plain name of a file'),
    sha256,
    /** Left out, the weights lie beside the card. */
    madeBy: z.enum(weightsMakers).optional(),
  }),
  licence: z.string().min(1),
  baseWeights: z.strictObject({
    name: z.string().min(1),
    source: z.string().min(1),
    licence: z.string().min(1),
  }),
  dataSets: z.array(dataSet).min(1),
  recipe: z.string().min(1),
  /**
   * The commit of the repository, this or another, that holds the recipe; `none` where there is
   * none.
   */
  recipeCommit: z.string().regex(/^([0-9a-f]{7,40}|none)$/, 'must be a commit (hex), or none'),
  limits: z.array(z.string().min(1)).min(1),
};

const colours = z.tuple([z.number(), z.number(), z.number()]);

/** How the picture is preprocessed into the input tensor. */
export const inputFields = {
  name: z.string().min(1),
  layout: z.literal('nchw'),
  order: z.enum(['bgr', 'rgb']),
  /** Values to which black and white are mapped. */
  range: z.tuple([z.number(), z.number()]),
  /** Red, green and blue become (value - mean) / deviation, in values of `range`. */
  normalise: z
    .strictObject({
      mean: colours,
      deviation: colours.refine((all) => all.every((one) => one > 0)),
    })
    .optional(),
  padding: z.strictObject({
    /** Grey of the padding, 0 to 255. */
    value: z.number().min(0).max(255),
    /** `bottom-right`: the picture is at the top left. `around`: in the middle. `none`: stretched. */
    place: z.enum(['bottom-right', 'around', 'none']),
  }),
};

/** Scores of one class. */
export const threshold = z.strictObject({
  /** Detections below this score are discarded as noise. */
  keep: z.number().min(0).max(1),
  /** Detections at or above this score count on their own. */
  trust: z.number().min(0).max(1),
});

/** A model folder that cannot be used; the message names file, field and reason. */
export class ModelCardError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ModelCardError';
  }
}
