import { sha256, slug } from '@anshi/contracts';
import { z } from 'zod';
import { inputFields } from './common.ts';

/** The answers of a classifier for one item, in the order of its output. */
export const ITEM_ANSWERS = ['worn', 'missing', 'unknown'] as const;

const probability = z.number().min(0.34).max(1);

/**
 * `verdict` of the card of a detector: a classifier that says of one person, cut out of the picture, whether
 * items are worn. Its answers come with those of the detector's parts.
 */
export const verdictFields = z.strictObject({
  weights: z.strictObject({
    /** A file beside the card. */
    file: z.string().regex(/^[\w][\w.-]*$/, 'must be the plain name of a file'),
    sha256,
  }),
  input: z.strictObject({
    ...inputFields,
    /** Side of the square, pixels. */
    size: z.number().int().min(32).max(512),
  }),
  output: z.strictObject({
    /** [1, items, 3]: probabilities of worn, missing and unknown. */
    name: z.string().min(1),
  }),
  /** Words of the dictionary `ppe-item`, in the order of the output. */
  items: z.array(slug).min(1).max(16),
  /** The square over head and torso. */
  square: z.strictObject({
    /** Its side is the larger of these shares of the person's width and height. */
    ofWidth: z.number().positive().max(3),
    ofHeight: z.number().positive().max(3),
    /** Its distance above the person's top, as a share of its side. */
    above: z.number().min(0).max(1),
  }),
  trust: z.record(
    slug,
    z.strictObject({
      /** From these probabilities on an answer counts. */
      worn: probability,
      missing: probability,
      /** Whether the detector's parts decide where the classifier cannot tell. */
      partsAlone: z.boolean(),
    }),
  ),
  /** Maximum number of people in a frame; others wait for the next. */
  perFrame: z.number().int().min(1).max(200),
});

/** A checked classifier with its weights file. */
export type VerdictCard = z.infer<typeof verdictFields> & {
  readonly task: 'ppe-verdict';
  /** Of the model that it belongs to. */
  readonly name: string;
  readonly weightsPath: string;
};
