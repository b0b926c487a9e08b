import { z } from 'zod';
import { commonFields, inputFields, threshold } from './common.ts';

/** The card of a detector of people and their protective equipment. */
export const ppeCardSchema = z
  .strictObject({
    ...commonFields,
    task: z.literal('ppe-detection'),
    classes: z.array(z.string().min(1)).min(1),
    input: z.strictObject({
      ...inputFields,
      /** The longer side in pixels; the shorter is padded up to a multiple of `multiple`. */
      size: z.number().int().min(32).max(4096),
      multiple: z.number().int().min(1).max(128),
    }),
    output: z.strictObject({
      name: z.string().min(1),
      head: z.literal('yolox-grid'),
      strides: z.array(z.number().int().positive()).min(1),
    }),
    thresholds: z.record(z.string(), threshold),
    nms: z.strictObject({ iou: z.number().min(0).max(1) }),
    /** The second look, at native resolution, at people whose heads are too small in the full pass. */
    region: z.strictObject({
      /** Side of the square that the model sees, pixels. */
      size: z.number().int().min(32).max(1024),
      /** People lower than this in the full pass, in pixels of the model's picture, get a close look. */
      belowHeight: z.number().positive(),
      /** People lower than this, in pixels of the picture, are past reading at any size (a head alone may be the whole box). */
      minHeight: z.number().positive(),
      /** People with a lower score get no look. */
      minScore: z.number().min(0).max(1),
      /** Side of the square in the picture, as a share of the person's height. */
      side: z.number().positive().max(3),
      /** The square is at least so wide, pixels of the picture: more enlargement shows nothing more. */
      leastSide: z.number().min(16).max(1024).default(72),
      /** How far above the person's top the square begins, as a share of the person's height. */
      above: z.number().min(0).max(1),
    }),
    figures: z.array(
      z.strictObject({
        set: z.string().min(1),
        conditions: z.string().min(1),
        map50: z.number().min(0).max(1).optional(),
        ap50: z.record(z.string(), z.number().min(0).max(1)).optional(),
        ap30: z.record(z.string(), z.number().min(0).max(1)).optional(),
      }),
    ),
  })
  .superRefine((card, context) => {
    for (const name of card.classes) {
      if (card.thresholds[name]) continue;
      const message = 'the class has no thresholds';
      context.addIssue({ code: 'custom', path: ['thresholds', name], message });
    }
  });

/** A checked card of a PPE detector and the file of weights that it speaks for. */
export type PpeCard = z.infer<typeof ppeCardSchema> & { readonly weightsPath: string };
