import { z } from 'zod';
import { commonFields, inputFields, threshold } from './common.ts';
import { ppeOutputSchema } from './ppe-output.ts';

export { outputsOf } from './ppe-output.ts';

/** What the rules read. */
export const ppeLabels = ['person', 'helmet', 'head', 'vest', 'no_vest'] as const;
export type PpeLabel = (typeof ppeLabels)[number];

/** The card of a detector of people and their protective equipment. */
export const ppeCardSchema = z
  .strictObject({
    ...commonFields,
    task: z.literal('ppe-detection'),
    classes: z.array(z.string().min(1)).min(1),
    input: z.strictObject({
      ...inputFields,
      /**
       * The longer side in pixels; the shorter is padded up to a multiple of `multiple`, which is `size`
       * where the weights take no other size.
       */
      size: z.number().int().min(32).max(4096),
      multiple: z.number().int().min(1).max(4096),
    }),
    /**
     * What the classes mean to the rules; null: read by none. A class that is called like one of the
     * rules' need not be named.
     */
    meanings: z.record(z.string(), z.enum(ppeLabels).nullable()).default({}),
    output: ppeOutputSchema,
    thresholds: z.record(z.string(), threshold),
    nms: z.strictObject({ iou: z.number().min(0).max(1) }),
    /** The second look, at native resolution, at people whose heads are too small in the full pass. */
    region: z.strictObject({
      /** Side of the square that the model sees, pixels. */
      size: z.number().int().min(32).max(4096),
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
        /** The command that repeats the figures. */
        command: z.string().min(1),
        map50: z.number().min(0).max(1).optional(),
        map50To95: z.number().min(0).max(1).optional(),
        ap50: z.record(z.string(), z.number().min(0).max(1)).optional(),
        ap30: z.record(z.string(), z.number().min(0).max(1)).optional(),
        /** Whatever else was measured. */
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
        wrong(['meanings', name], `say what it means (${ppeLabels.join(', ')}), or null`);
      } else if (label !== null && !card.thresholds[label]) {
        wrong(['thresholds', label], 'the class has no thresholds');
      }
    });
    if (!labels.includes('person')) wrong(['classes'], 'no class means person: nobody is found');
  });

/** Undefined where the card does not say. */
function meaningOf(
  { meanings }: { readonly meanings: Readonly<Record<string, PpeLabel | null>> },
  name: string,
): PpeLabel | null | undefined {
  return name in meanings ? meanings[name] : ppeLabels.find((label) => label === name);
}

/** What each class of a model means to the rules, in the model's order; null: read by none. */
export function labelsOf(card: PpeCard): (PpeLabel | null)[] {
  return card.classes.map((name) => meaningOf(card, name) ?? null);
}

/** The classes that a model finds, in the words of the rules. */
export function foundLabels(card: PpeCard): PpeLabel[] {
  const labels = labelsOf(card);
  return ppeLabels.filter((label) => labels.includes(label));
}

/** A checked card of a PPE detector and the file of weights that it speaks for. */
export type PpeCard = z.infer<typeof ppeCardSchema> & { readonly weightsPath: string };
