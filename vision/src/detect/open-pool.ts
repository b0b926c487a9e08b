import type { Logger } from 'pino';
import type { Models } from '../models-folder.ts';
import { DetectorPool } from './detector-pool.ts';

/**
 * The inference threads of a worker.
 *
 * @throws Error where a model cannot be loaded.
 */
export function openPool(models: Models, threads: number, log: Logger): Promise<DetectorPool> {
  const { pose, ppe } = models;
  return DetectorPool.create({
    cards: [...ppe.values()],
    ...(typeof pose !== 'string' && { pose }),
    threads,
    onBreakdown: (err) => log.error({ part: 'detect', err }, 'an inference thread broke down'),
  });
}
