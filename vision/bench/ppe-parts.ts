import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { loadPpeCard, ModelCardError, type PpeCard } from '../src/detect/model-card.ts';

const models = join(import.meta.dirname, '../../models');

/** Resolves a path of the command line against the folder in which npm was called. */
export function wherever(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path);
}

/**
 * @param named a model's name in the folder of models, or a folder with a card.
 * @throws ModelCardError where there is no such model, or it cannot be used.
 */
export function findModel(named: string): PpeCard {
  const folders = [join(models, named), wherever(named)];
  const folder = folders.find((one) => existsSync(join(one, 'card.yaml')));
  if (!folder) {
    throw new ModelCardError(
      `there is no model "${named}": neither ${folders.join(' nor ')} has a card.yaml`,
    );
  }
  return loadPpeCard(folder);
}

/** The machine, without which times cannot be compared. */
export function machineFacts(): Record<string, string | number> {
  const runtime = createRequire(import.meta.url).resolve('onnxruntime-node');
  const { version } = JSON.parse(
    readFileSync(join(dirname(runtime), '../package.json'), 'utf8'),
  ) as { version: string };
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    node: process.versions.node,
    onnxruntime: version,
    threads: 1,
  };
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Rounds all numbers in a value to four decimals; the sample is too small for more. */
export function rounded<T>(value: T): T {
  if (typeof value === 'number') return Number(value.toPrecision(4)) as T;
  if (Array.isArray(value)) return value.map(rounded) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rounded(one)])) as T;
}
