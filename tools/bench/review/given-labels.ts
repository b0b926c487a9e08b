import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { LabelledClip } from './evidence-files.ts';

const truth = z.array(z.strictObject({ file: z.string().min(1), violation: z.boolean() })).min(2);

/**
 * The labelled clips of a folder: `truth.json` is a list of `{ "file": "clip.mp4", "violation": true }`.
 *
 * @throws Error with what is wrong, and where.
 */
export function givenLabels(folder: string): LabelledClip[] {
  const file = join(folder, 'truth.json');
  if (!existsSync(file)) throw new Error(`${file} is not there`);
  const read = truth.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!read.success) {
    const [first] = read.error.issues;
    throw new Error(`${file}: ${first?.path.join('.')}: ${first?.message}`);
  }
  const clips = read.data.map((one, n) => {
    const clip = join(folder, one.file);
    if (one.file !== basename(one.file) || !existsSync(clip)) {
      throw new Error(`${file}: ${n}.file: ${one.file} is no file of the folder`);
    }
    return { file: clip, isViolation: one.violation, from: 0 };
  });
  if (new Set(clips.map(({ isViolation }) => isViolation)).size < 2) {
    throw new Error(`${file}: all clips have one label, so that one answer would be right for all`);
  }
  return clips;
}
