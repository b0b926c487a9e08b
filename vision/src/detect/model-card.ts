import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { slug, yamlProblem } from '@anshi/contracts';
import { parse } from 'yaml';
import { z } from 'zod';
import { ModelCardError } from './card/common.ts';
import { type PoseCard, poseCardSchema } from './card/pose.ts';
import { type PpeCard, ppeCardSchema } from './card/ppe.ts';

export { ModelCardError } from './card/common.ts';
export type { PoseCard } from './card/pose.ts';
export type { PpeCard } from './card/ppe.ts';

/** card.yaml: how to feed and decode a model, its origin and its limits. */
export const modelCardSchema = z.discriminatedUnion('task', [ppeCardSchema, poseCardSchema]);

/** A checked card and its weights file. */
export type ModelCard = PpeCard | PoseCard;

/** Where set-up keeps the weights that it makes, relative to the working directory. */
export const MADE_MODELS = '.anshi/models';

/** A valid card whose weights have not been made: set-up failed or has not run. */
export class WeightsNotMade extends ModelCardError {
  constructor(message: string) {
    super(message);
    this.name = 'WeightsNotMade';
  }
}

/**
 * Reads and checks one model folder.
 *
 * @param folder holds card.yaml and, unless they are made at set-up, the weights.
 * @param made the folder of weights that are made at set-up.
 * @throws ModelCardError where the card is missing or not valid, the weights are missing, or their
 *   SHA-256 is not the card's; {@link WeightsNotMade} where set-up has not made them.
 */
export function loadModelCard(folder: string, made: string = MADE_MODELS): ModelCard {
  const file = join(folder, 'card.yaml');
  const card = readModelCard(folder);
  const weightsPath = join(card.weights.madeBy ? made : folder, card.weights.file);
  if (card.weights.madeBy && !existsSync(weightsPath)) {
    throw new WeightsNotMade(
      `${file}: weights.file: ${weightsPath} is not there; set-up makes it (npm run -w vision poses)`,
    );
  }
  checkWeights(file, 'weights', card.weights.sha256, weightsPath);
  if (card.task === 'pose-estimation') return { ...card, weightsPath };
  const { verdict, ...rest } = card;
  if (!verdict) return { ...rest, weightsPath };
  const verdictPath = join(folder, verdict.weights.file);
  checkWeights(file, 'verdict.weights', verdict.weights.sha256, verdictPath);
  return {
    ...rest,
    weightsPath,
    verdict: { ...verdict, task: 'ppe-verdict', name: card.name, weightsPath: verdictPath },
  };
}

/** @throws ModelCardError where the weights cannot be read or are others than the card says. */
function checkWeights(card: string, field: string, sha256: string, path: string): void {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new ModelCardError(`${card}: ${field}.file: ${path} cannot be read`);
  }
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest === sha256) return;
  throw new ModelCardError(
    `${card}: ${field}.sha256: the card says ${sha256}, ${path} has ${digest}; ` +
      'the digest of the weights is not that of the card',
  );
}

/**
 * {@link loadModelCard} of a detector of protective equipment.
 *
 * @throws ModelCardError also where the card has another task.
 */
export function loadPpeCard(folder: string, made?: string): PpeCard {
  const card = loadModelCard(folder, made);
  if (card.task === 'ppe-detection') return card;
  throw new ModelCardError(`${join(folder, 'card.yaml')}: task: a ${card.task} model finds no PPE`);
}

/**
 * {@link loadModelCard} of a pose model.
 *
 * @throws ModelCardError also where the card has another task.
 */
export function loadPoseCard(folder: string, made?: string): PoseCard {
  const card = loadModelCard(folder, made);
  if (card.task === 'pose-estimation') return card;
  throw new ModelCardError(
    `${join(folder, 'card.yaml')}: task: a ${card.task} model finds no poses`,
  );
}

/**
 * Reads and checks the card of a model folder alone, not its weights.
 *
 * @throws ModelCardError where it is missing or not valid.
 */
export function readModelCard(folder: string): z.infer<typeof modelCardSchema> {
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
    throw new ModelCardError(`${file}: ${yamlProblem(error)}`);
  }
  const checked = modelCardSchema.safeParse(content);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys] : issue.path;
    return `${file}: ${keys.join('.') || '(root)'}: ${issue.message}`;
  });
  throw new ModelCardError(problems.join('\n'));
}

/**
 * True where `models` has a folder of this name with a card; for the validation of cameras.yaml.
 */
export function isKnownModel(models: string, name: string): boolean {
  return slug.safeParse(name).success && existsSync(join(models, name, 'card.yaml'));
}
