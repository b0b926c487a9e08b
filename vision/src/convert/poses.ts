import { join, resolve } from 'node:path';
import { MADE_MODELS, readModelCard } from '../detect/model-card.ts';
import { makeMovenet } from './movenet.ts';

/**
 * `npm run -w vision poses`: makes the pose model of models/pose/card.yaml. Set-up runs it; it
 * exits with 1 and one sentence where the model cannot be made.
 */
async function main(): Promise<void> {
  const root = resolve(import.meta.dirname, '../../..');
  const card = readModelCard(join(root, 'models/pose'));
  const folder = resolve(root, process.env.ANSHI_MODELS_MADE ?? MADE_MODELS);
  const file = join(folder, card.weights.file);
  const made = await makeMovenet(file, card.weights.sha256);
  console.log(made ? `made ${file}` : `${file} is there`);
}

main().catch((error: unknown) => {
  console.error(process.env.ANSHI_TRACE ? error : (error as Error).message);
  process.exitCode = 1;
});
