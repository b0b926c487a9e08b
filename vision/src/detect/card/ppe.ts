import { slug } from '@anshi/contracts';
import { z } from 'zod';
import { type BodyPlace, bodyPlaces, type PpeItem } from '../../judge/equipment.ts';
import { commonFields, inputFields, threshold } from './common.ts';
import { ppeOutputSchema } from './ppe-output.ts';
import { type VerdictCard, verdictFields } from './verdict.ts';

export { outputsOf } from './ppe-output.ts';

/** The labels that a class has by its name, without an entry in `meanings`. */
const namedLabels = ['person', 'helmet', 'head', 'vest', 'no_vest'] as const;

/**
 * `person`, or an item of protective equipment by its word in the dictionary `ppe-item`, or `no_` and the
 * item for a body part without it. A bare head is `head`.
 */
const ppeLabel = z
  .string()
  .max(64)
  .regex(
    /^(no_)?[a-z0-9]+(-[a-z0-9]+)*$/,
    'must be person, an item of protective equipment in lower-case letters and hyphens, or no_ and the item',
  );

/** The card of a detector of people and PPE. */
export const ppeCardSchema = z
  .strictObject({
    ...commonFields,
    task: z.literal('ppe-detection'),
    /** Loaded only where the setting ANSHI_PPE_MODEL names it. */
    standby: z.boolean().default(false),
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
     * The rules' label of each class; null: unused. Classes with the names person, helmet, head, vest
     * and no_vest may be left out.
     */
    meanings: z.record(z.string(), ppeLabel.nullable()).default({}),
    /** Where items are worn that are neither usual on the head, torso, hands or feet. */
    places: z.record(slug, z.enum(bodyPlaces)).default({}),
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
      /**
       * A crop shows more than the full pass only where the picture has at least this many pixels per
       * pixel of the full pass: in smaller pictures all is read from the full pass. 0: crops are made in
       * pictures of every size.
       */
      finerBy: z.number().min(0).max(10).default(0),
      /** Distance of the crop's top above the person's top, as a share of the person's height. */
      above: z.number().min(0).max(1),
    }),
    /**
     * The height of a person in the frame, pixels, from which the model vouches for an item: below it
     * the item is unknown. Chosen on pictures that neither trained the model nor judge it.
     */
    leastHeights: z.record(slug, z.number().positive()).default({}),
    /**
     * The contrast of a person's upper body (`contrast.ts`) from which a report that an item is missing is
     * believed: below it the item is unknown. Left out, at any contrast.
     */
    leastContrast: z
      .strictObject({
        /** Of luma, 0 to 219. */
        range: z.number().min(0).max(219).default(0),
        /** Least range as a multiple of the noise. */
        overNoise: z.number().min(0).max(100),
      })
      .optional(),
    /** A classifier of the equipment of each person; left out, the detector's parts alone decide. */
    verdict: verdictFields.optional(),
    /** The labelled sets on which each of these was chosen; none of them may score the model. */
    chosenOn: z
      .strictObject({
        /** Which of several weights are shipped, and when training ended. */
        weights: z.array(z.string().min(1)).min(1).optional(),
        thresholds: z.array(z.string().min(1)).min(1).optional(),
        leastHeights: z.array(z.string().min(1)).min(1).optional(),
        leastContrast: z.array(z.string().min(1)).min(1).optional(),
      })
      .optional(),
    figures: z.array(
      z.strictObject({
        /** Path of the set in its collection; with `:FOLDER` where other labels than `labels` are read. */
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
        const labels = `${namedLabels.join(', ')}, an item or no_ITEM`;
        wrong(['meanings', name], `name its label (${labels}), or null`);
      } else if (label !== null && !card.thresholds[label]) {
        wrong(['thresholds', label], 'the class has no thresholds');
      }
    });
    const seen = itemsOf(card).map(({ item }) => item);
    for (const item of card.verdict?.items ?? []) {
      if (!seen.includes(item)) {
        wrong(['verdict', 'items'], `the detector has no class for "${item}", worn or missing`);
      }
      if (!card.verdict!.trust[item]) wrong(['verdict', 'trust', item], 'the item has none');
    }
    for (const item of Object.keys(card.verdict?.trust ?? {})) {
      if (!card.verdict!.items.includes(item)) {
        wrong(['verdict', 'trust', item], 'is not among the items of the classifier');
      }
    }
    if (!labels.includes('person'))
      wrong(['classes'], 'no class has the label "person", so no people would be detected');
  });

/** Undefined where the card does not say. */
function meaningOf(
  { meanings }: { readonly meanings: Readonly<Record<string, string | null>> },
  name: string,
): string | null | undefined {
  return name in meanings ? meanings[name] : namedLabels.find((label) => label === name);
}

type Labelled = Pick<z.infer<typeof ppeCardSchema>, 'classes' | 'meanings'>;

/** The label of each class of a model, in the model's order; null: unused. */
export function labelsOf(card: Labelled): (string | null)[] {
  return card.classes.map((name) => meaningOf(card, name) ?? null);
}

/** The labels that a model detects: the named ones in their order, then others as the model has them. */
export function foundLabels(card: Labelled): string[] {
  const labels = labelsOf(card).filter((label) => label !== null);
  return [...new Set([...namedLabels.filter((label) => labels.includes(label)), ...labels])];
}

/** Where items are usually worn. */
const USUAL_PLACES: Readonly<Record<string, BodyPlace>> = {
  helmet: 'head',
  mask: 'head',
  goggles: 'head',
  'face-shield': 'head',
  'ear-protection': 'head',
  'welding-mask': 'head',
  respirator: 'head',
  vest: 'torso',
  harness: 'torso',
  gloves: 'hands',
  'cut-gloves': 'hands',
  'safety-shoes': 'feet',
};

/** The items of protective equipment that a model sees, worn or missing, in the order of its labels. */
export function itemsOf(card: Labelled & Pick<z.infer<typeof ppeCardSchema>, 'places'>): PpeItem[] {
  const items = new Map<string, { worn: string | null; missing: string | null }>();
  for (const label of foundLabels(card)) {
    if (label === 'person') continue;
    const isMissing = label === 'head' || label.startsWith('no_');
    const item = label === 'head' ? 'helmet' : isMissing ? label.slice('no_'.length) : label;
    const known = items.get(item) ?? { worn: null, missing: null };
    items.set(item, isMissing ? { ...known, missing: label } : { ...known, worn: label });
  }
  return [...items].map(([item, labels]) => ({
    item,
    ...labels,
    place: card.places[item] ?? USUAL_PLACES[item] ?? 'body',
  }));
}

/** A checked card of a PPE detector and its weights file. */
export type PpeCard = Omit<z.infer<typeof ppeCardSchema>, 'verdict'> & {
  readonly weightsPath: string;
  readonly verdict?: VerdictCard | undefined;
};
