import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import {
  isKnownModel,
  loadModelCard,
  ModelCardError,
  type PoseCard,
  type PpeCard,
} from './detect/model-card.ts';
import { ModelRunner } from './detect/model-runner.ts';
import { PoseRunner } from './detect/pose-runner.ts';
import { postureNetProblem } from './judge/posture-net.ts';

/** The models of a worker by task. */
export interface Models {
  /** By name; cameras select one. */
  readonly ppe: ReadonlyMap<string, PpeCard>;
  /** The one for pose rules, or the sentence that says why there is none. */
  readonly pose: PoseCard | string;
}

/**
 * Loads the cards of all models in a folder. An invalid one is logged and skipped; a camera that
 * names it is then refused with its line in cameras.yaml, and pose rules do not run without a pose
 * model.
 *
 * @param made the folder of weights that set-up makes.
 * @throws Error where there is no usable detector.
 */
export function loadModels(folder: string, made: string, log: Logger): Models {
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
  for (const name of names.filter((entry) => isKnownModel(folder, entry))) {
    try {
      const card = loadModelCard(join(folder, name), made);
      if (card.task === 'ppe-detection') ppe.set(name, card);
      else poses.push(card);
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
  return { ppe, pose: first ?? poseProblem ?? `there is no pose model in ${folder}` };
}

/**
 * Test-runs the models of {@link loadModels}: a model whose weights the runtime cannot run, or
 * whose card does not match them, is logged and skipped.
 *
 * @throws Error where no detector is left.
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
      log.error({ model: name }, problem);
    }
  }
  if (ppe.size === 0) throw new Error(`there is no usable model: ${problem}`);
  return { ppe, pose: await tryOutPoses(models.pose, log) };
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
