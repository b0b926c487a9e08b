import { z } from 'zod';
import { commonFields, inputFields, threshold } from './common.ts';
import { ppeOutputSchema } from './ppe-output.ts';

export { outputsOf } from './ppe-output.ts';

/** The labels that the rules use. */
export const ppeLabels = ['person', 'helmet', 'head', 'vest', 'no_vest'] as const;
export type PpeLabel = (typeof ppeLabels)[number];

/** The card of a detector of people and PPE. */
export const ppeCardSchema = z
  .strictObject({
    ...commonFields,
    task: z.literal('ppe-detection'),
    classes: z.array(z.string().min(1)).min(1),
    input: z.strictObject({
      ...inputFields,
      /**
       * The longer side in pixels; the shorter is padded up to a multiple of `multiple`, which
       * equals `size` for weights with a fixed input size.
       */
      size: z.number().int().min(32).max(4096),
      multiple: z.number().int().min(1).max(4096),
    }),
    /**
     * The rules' label of each class; null: unused. A class with the same name as a label may be
     * left out.
     */
    meanings: z.record(z.string(), z.enum(ppeLabels).nullable()).default({}),
    output: ppeOutputSchema,
    thresholds: z.record(z.string(), threshold),
    nms: z.strictObject({ iou: z.number().min(0).max(1) }),
    /**
     * The second pass on native-resolution crops of people whose heads are too small in the full
     * pass.
     */
    region: z.strictObject({
      /** Side of the crop's tensor, pixels. */
      size: z.number().int().min(32).max(4096),
      /** People lower than this in the full pass, in tensor pixels, get a crop. */
      belowHeight: z.number().positive(),
      /**
       * People lower than this, in picture pixels, are not readable at any resolution (a head alone
       * may be the whole box).
       */
      minHeight: z.number().positive(),
      /** People with a lower score get no crop. */
      minScore: z.number().min(0).max(1),
      /** Side of the crop in the picture, as a factor of the person's height. */
      side: z.number().positive().max(3),
      /** Minimum side of the crop, picture pixels: more enlargement adds no detail. */
      leastSide: z.number().min(16).max(1024).default(72),
      /** Distance of the crop's top above the person's top, as a share of the person's height. */
      above: z.number().min(0).max(1),
    }),
    figures: z.array(
      z.strictObject({
        set: z.string().min(1),
        conditions: z.string().min(1),
        /** The command that reproduces the figures. */
        command: z.string().min(1),
        map50: z.number().min(0).max(1).optional(),
        map50To95: z.number().min(0).max(1).optional(),
        ap50: z.record(z.string(), z.number().min(0).max(1)).optional(),
        ap30: z.record(z.string(), z.number().min(0).max(1)).optional(),
        /** Additional measurements. */
        values: z.record(z.string(), z.number()).optional(),
      }),
    ),
  })
  .superRefine((card, context) => {
    const wrong = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    for (const name of Object.keys(card.meanings)) {
      if (!card.classes.includes(name)) wrong(['meanings', name], 'the model has no such class');
    }
    const labels = card.classes.map((name) => meaningOf(card, name));
    card.classes.forEach((name, i) => {
      const label = labels[i];
      if (label === undefined) {
        wrong(['meanings', name], `name its label (${ppeLabels.join(', ')}), or null`);
      } else if (label !== null && !card.thresholds[label]) {
        wrong(['thresholds', label], 'the class has no thresholds');
      }
    });
    if (!labels.includes('person'))
      wrong(['classes'], 'no class has the label "person", so no people would be detected');
  });

/** Undefined where the card does not say. */
function meaningOf(
  { meanings }: { readonly meanings: Readonly<Record<string, PpeLabel | null>> },
  name: string,
): PpeLabel | null | undefined {
  return name in meanings ? meanings[name] : ppeLabels.find((label) => label === name);
}

/** The label of each class of a model, in the model's order; null: unused. */
export function labelsOf(card: PpeCard): (PpeLabel | null)[] {
  return card.classes.map((name) => meaningOf(card, name) ?? null);
}

/** The labels that a model detects. */
export function foundLabels(card: PpeCard): PpeLabel[] {
  const labels = labelsOf(card);
  return ppeLabels.filter((label) => labels.includes(label));
}

/** A checked card of a PPE detector and its weights file. */
export type PpeCard = z.infer<typeof ppeCardSchema> & { readonly weightsPath: string };
