import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { isKnownModel, loadModelCard, type ModelCard } from './detect/model-card.ts';

/**
 * Loads the cards of all models in a folder. One that is not valid is told and left out; a camera
 * that names it is then refused with its line in cameras.yaml.
 *
 * @throws Error where there is none that can be used.
 */
export function loadModels(folder: string, log: Logger): Map<string, ModelCard> {
  const cards = new Map<string, ModelCard>();
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new Error(`the folder of models cannot be read; check ANSHI_MODELS: ${error}`);
  }
  for (const name of names.filter((entry) => isKnownModel(folder, entry))) {
    try {
      cards.set(name, loadModelCard(join(folder, name)));
    } catch (error) {
      log.error({ model: name }, (error as Error).message);
    }
  }
  if (cards.size === 0) {
    throw new Error(`there is no usable model in ${folder}; check ANSHI_MODELS`);
  }
  return cards;
}
