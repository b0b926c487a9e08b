import type { Logger } from 'pino';
import type { Models } from '../models-folder.ts';
import { DetectorPool } from './detector-pool.ts';

/**
 * The inference threads of a worker, which begin to load the models: cameras are opened meanwhile. `opened` of the
 * pool rejects where a model cannot be loaded.
 */
export function openPool(models: Models, threads: number, log: Logger): DetectorPool {
  const { pose, ppe } = models;
  return DetectorPool.begin({
    cards: [...ppe.values()],
    ...(typeof pose !== 'string' && { pose }),
    threads,
    onBreakdown: (err) => log.error({ part: 'detect', err }, 'an inference thread broke down'),
  });
}
