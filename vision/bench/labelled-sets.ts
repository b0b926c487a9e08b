import { posix } from 'node:path';
import { foundLabels } from '../src/detect/card/ppe.ts';
import { ModelCardError, type PpeCard } from '../src/detect/model-card.ts';
import { LabelError } from '../src/evaluate/label-error.ts';
import { type LabelledSet, readLabelledSet } from '../src/evaluate/labelled-set.ts';
import { checkStillPictures } from '../src/evaluate/still-picture.ts';
import { findModel, wherever } from './ppe-parts.ts';

/** Options of the benches that score a detector on labelled sets. */
export const setOptions = {
  data: { type: 'string' },
  sets: { type: 'string', default: 'css/val,esp/val' },
  labels: { type: 'string', default: 'labels' },
  model: { type: 'string', default: 'ppe' },
} as const;

/** Ends the command for a mistake in its options or in its data. */
export function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

/** Runs a bench; what is wrong with its data or its model is said without a stack. */
export async function runOrRefuse(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof LabelError || error instanceof ModelCardError) refuse(error.message);
    throw error;
  }
}

/**
 * Reads the model and all labels, and looks at the head of each picture, before the first one is
 * analysed: errors show at once.
 *
 * @throws LabelError, ModelCardError
 */
export async function readSets(values: {
  readonly data?: string | undefined;
  readonly sets: string;
  readonly labels: string;
  readonly model: string;
}): Promise<{ card: PpeCard; sets: LabelledSet[] }> {
  if (values.data === undefined) {
    refuse('--data DIR is missing: the folder with the sets of labelled pictures');
  }
  const data = wherever(values.data);
  // One set by two spellings counts once.
  const names = [
    ...new Set(
      values.sets.split(',').map((name) => posix.join('.', name.trim()).replace(/\/$/, '')),
    ),
  ].filter((name) => name !== '.');
  if (names.length === 0) refuse('--sets names no set');
  const card = findModel(values.model);
  const sets = names.map((name) => {
    // A colon and the folder of labels may follow, for a set whose heads are drawn in two ways.
    const [path = '', labels = values.labels, ...more] = name.split(':');
    if (more.length > 0 || !/^[\w-]+$/.test(labels)) {
      refuse(`--sets or --labels: "${labels}" of "${name}" is not the name of a folder of labels`);
    }
    return readLabelledSet(data, path, foundLabels(card), labels);
  });
  await checkStillPictures(sets.flatMap(({ pictures }) => pictures.map(({ file }) => file)));
  return { card, sets };
}

/** Tells how long it takes, on stderr. */
export function showProgress(set: LabelledSet): (done: number) => void {
  const left = set.leftOut > 0 ? `, ${set.leftOut} left out: no file in ${set.labels}` : '';
  process.stderr.write(`${set.name}: ${set.pictures.length} pictures${left}\n`);
  return (done) => {
    if (done % 50 === 0) process.stderr.write(`${set.name}: ${done} done\n`);
  };
}
