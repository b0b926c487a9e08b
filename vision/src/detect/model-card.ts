import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256, slug } from '@anshi/contracts';
import { parse } from 'yaml';
import { z } from 'zod';

const threshold = z.strictObject({
  /** A box below this is noise and is thrown away. */
  keep: z.number().min(0).max(1),
  /** A box at or above this counts on its own. */
  trust: z.number().min(0).max(1),
});

const dataSet = z.strictObject({
  name: z.string().min(1),
  source: z.string().min(1),
  licence: z.string().min(1),
  attribution: z.string().min(1),
});

/** card.yaml: what must be known of a model to feed it, to read it and to answer for it. */
export const modelCardSchema = z.strictObject({
  card: z.literal(1),
  name: slug,
  version: z.string().min(1),
  task: z.literal('ppe-detection'),
  description: z.string().min(1),
  weights: z.strictObject({ file: z.string().min(1), sha256 }),
  classes: z.array(z.string().min(1)).min(1),
  input: z.strictObject({
    name: z.string().min(1),
    layout: z.literal('nchw'),
    order: z.enum(['bgr', 'rgb']),
    /** Values that black and white are mapped to. */
    range: z.tuple([z.number(), z.number()]),
    /** The longer side in pixels; the shorter is padded up to a multiple of `multiple`. */
    size: z.number().int().min(32).max(4096),
    multiple: z.number().int().min(1).max(128),
    padding: z.strictObject({
      value: z.number().min(0).max(255),
      place: z.literal('bottom-right'),
    }),
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
    /** People lower than this, in pixels of the picture, are past reading at any size. */
    minHeight: z.number().positive(),
    /** People with a lower score get no look. */
    minScore: z.number().min(0).max(1),
    /** Side of the square in the picture, as a share of the person's height. */
    side: z.number().positive().max(3),
    /** How far above the person's top the square begins, as a share of the person's height. */
    above: z.number().min(0).max(1),
  }),
  licence: z.string().min(1),
  baseWeights: z.strictObject({
    name: z.string().min(1),
    source: z.string().min(1),
    licence: z.string().min(1),
  }),
  dataSets: z.array(dataSet).min(1),
  recipe: z.string().min(1),
  figures: z.array(
    z.strictObject({
      set: z.string().min(1),
      conditions: z.string().min(1),
      map50: z.number().min(0).max(1).optional(),
      ap50: z.record(z.string(), z.number().min(0).max(1)).optional(),
      ap30: z.record(z.string(), z.number().min(0).max(1)).optional(),
    }),
  ),
  limits: z.array(z.string().min(1)).min(1),
});

/** A checked card and the file of weights that it speaks for. */
export type ModelCard = z.infer<typeof modelCardSchema> & { readonly weightsPath: string };

/** A model folder that must not be used; the message names file, field and reason. */
export class ModelCardError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ModelCardError';
  }
}

/**
 * Reads and checks one model folder.
 *
 * @param folder holds card.yaml and the weights that it names.
 * @throws ModelCardError where the card is missing or not valid, the weights are missing, or their
 *   SHA-256 is not the card's.
 */
export function loadModelCard(folder: string): ModelCard {
  const file = join(folder, 'card.yaml');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ModelCardError(`${file}: cannot be read; every model folder needs a card`);
  }
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw new ModelCardError(`${file}: not YAML: ${(error as Error).message}`);
  }
  const checked = modelCardSchema.safeParse(content);
  if (!checked.success) {
    const problems = checked.error.issues.map((issue) => {
      const keys = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys] : issue.path;
      return `${file}: ${keys.join('.') || '(root)'}: ${issue.message}`;
    });
    throw new ModelCardError(problems.join('\n'));
  }
  const card = checked.data;
  for (const name of card.classes) {
    if (!card.thresholds[name]) {
      throw new ModelCardError(`${file}: thresholds.${name}: the class has no thresholds`);
    }
  }
  const weightsPath = join(folder, card.weights.file);
  let bytes: Buffer;
  try {
    bytes = readFileSync(weightsPath);
  } catch {
    throw new ModelCardError(`${file}: weights.file: ${weightsPath} cannot be read`);
  }
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== card.weights.sha256) {
    throw new ModelCardError(
      `${file}: weights.sha256: the card says ${card.weights.sha256}, ${weightsPath} has ${digest}; ` +
        'the weights are not those that the card speaks for',
    );
  }
  return { ...card, weightsPath };
}

/** True where `models` has a folder of this name with a card; for the check of cameras.yaml. */
export function isKnownModel(models: string, name: string): boolean {
  return slug.safeParse(name).success && existsSync(join(models, name, 'card.yaml'));
}
