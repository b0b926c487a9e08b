import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import {
  isKnownModel,
  loadModelCard,
  loadPpeCard,
  ModelCardError,
  type PoseCard,
  type PpeCard,
} from './detect/model-card.ts';
import { ModelRunner } from './detect/model-runner.ts';
import { PoseRunner } from './detect/pose-runner.ts';
import { postureNetProblem } from './judge/posture-net.ts';

/** The detector of cameras that select none. */
export const DEFAULT_DETECTOR = 'ppe';

/** The models of a worker by task. */
export interface Models {
  /** By name; cameras select one. The first is the chosen one, where it is loaded. */
  readonly ppe: ReadonlyMap<string, PpeCard>;
  /** The detector in place of {@link DEFAULT_DETECTOR}. */
  readonly chosen: string;
  /** The one for pose rules, or the sentence that says why there is none. */
  readonly pose: PoseCard | string;
}

/**
 * Loads the cards of all models in a folder. An invalid one is logged and skipped; a camera that
 * names it is then refused with its line in cameras.yaml, and pose rules do not run without a pose
 * model. A detector that stands by is loaded only where it is the chosen one, which replaces `ppe`.
 *
 * @param made the folder of weights that set-up makes.
 * @param chosen the detector in place of {@link DEFAULT_DETECTOR}.
 * @throws Error where there is no usable detector, or the chosen one is not usable.
 */
export function loadModels(
  folder: string,
  made: string,
  log: Logger,
  chosen: string = DEFAULT_DETECTOR,
): Models {
  const problem = postureNetProblem();
  if (problem) log.error(`${problem}; the rule person-down goes by the measures of the body alone`);
  const ppe = new Map<string, PpeCard>();
  const poses: PoseCard[] = [];
  let poseProblem: string | undefined;
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch (error) {
    throw new Error(`the folder of models cannot be read; check ANSHI_MODELS: ${error}`);
  }
  const known = names.filter((entry) => isKnownModel(folder, entry));
  if (chosen !== DEFAULT_DETECTOR) ppe.set(chosen, loadChosen(folder, known, chosen, made));
  for (const name of known) {
    // What is chosen is loaded, and what it replaces is not needed.
    if (chosen !== DEFAULT_DETECTOR && [chosen, DEFAULT_DETECTOR].includes(name)) continue;
    try {
      const card = named(loadModelCard(join(folder, name), made), name);
      if (card.task === 'pose-estimation') poses.push(card);
      else if (card.standby) log.info({ model: name }, 'stands by; ANSHI_PPE_MODEL chooses it');
      else ppe.set(name, card);
    } catch (error) {
      const { message } = error as Error;
      log.error({ model: name }, message);
      if (name === 'pose') poseProblem = message;
    }
  }
  if (ppe.size === 0) {
    throw new Error(`there is no usable model in ${folder}; check ANSHI_MODELS`);
  }
  const [first, ...others] = poses;
  for (const { name } of others) {
    log.warn({ model: name }, `only one pose model is used: "${first!.name}"`);
  }
  return { ppe, chosen, pose: first ?? poseProblem ?? `there is no pose model in ${folder}` };
}

/** @throws Error that names the setting and the folder, where there is no such detector or it cannot be used. */
function loadChosen(
  folder: string,
  known: readonly string[],
  chosen: string,
  made: string,
): PpeCard {
  if (!known.includes(chosen)) {
    throw new Error(
      `ANSHI_PPE_MODEL: there is no model "${chosen}" in the folder ${resolve(folder)}, which has ${known.join(', ') || 'none'}`,
    );
  }
  try {
    return named(loadPpeCard(join(folder, chosen), made), chosen);
  } catch (error) {
    throw new Error(`ANSHI_PPE_MODEL: ${(error as Error).message}`);
  }
}

/**
 * Cameras select a model by its folder name; inference threads and announcements use the name in the card. They have to be equal.
 *
 * @throws Error where they are not.
 */
function named<Card extends { name: string }>(card: Card, folder: string): Card {
  if (card.name === folder) return card;
  throw new Error(
    `model "${folder}": card.yaml: name: it is "${card.name}", and has to be that of the folder`,
  );
}

/** The detector that judges a camera which selects `model`: the chosen one where that is the default. */
export const detectorOf = ({ chosen }: Pick<Models, 'chosen'>, model: string): string =>
  model === DEFAULT_DETECTOR ? chosen : model;

/**
 * Test-runs the models of {@link loadModels}: a model whose weights the runtime cannot run, or
 * whose card does not match them, is logged and skipped.
 *
 * @throws Error where no detector is left, or the chosen one cannot be run.
 */
export async function selfTestModels(models: Models, log: Logger): Promise<Models> {
  const ppe = new Map<string, PpeCard>();
  let problem = '';
  for (const [name, card] of models.ppe) {
    try {
      const runner = await ModelRunner.load(card, (work) => work());
      try {
        await runner.selfTest();
      } finally {
        await runner.close();
      }
      ppe.set(name, card);
    } catch (error) {
      if (!(error instanceof ModelCardError)) throw error;
      problem = error.message;
      if (name === models.chosen && name !== DEFAULT_DETECTOR) {
        throw new Error(`ANSHI_PPE_MODEL: ${problem}`);
      }
      log.error({ model: name }, problem);
    }
  }
  if (ppe.size === 0) throw new Error(`there is no usable model: ${problem}`);
  return { ...models, ppe, pose: await tryOutPoses(models.pose, log) };
}

/** @returns the model, or the sentence that says why it cannot be used. */
async function tryOutPoses(pose: Models['pose'], log: Logger): Promise<Models['pose']> {
  if (typeof pose === 'string') return pose;
  try {
    const runner = await PoseRunner.load(pose, (work) => work());
    try {
      await runner.selfTest();
    } finally {
      await runner.close();
    }
    return pose;
  } catch (error) {
    const { message } = error as Error;
    log.error({ model: pose.name }, message);
    return message;
  }
}
