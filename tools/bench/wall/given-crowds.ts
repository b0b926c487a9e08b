import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Crowd } from './crowds.ts';

const size = z.object({ width: z.number().positive(), height: z.number().positive() });
const crowd = z.object({
  area: size,
  frames: z
    .array(
      z.array(
        z.object({
          key: z.string().min(1),
          box: size.extend({ x: z.number(), y: z.number() }),
          label: size,
        }),
      ),
    )
    .min(1),
});

/**
 * The crowds of `crowds.jsonl` in a folder, one a line; null where there is no such file. Ends the command with 2, and names the
 * line, where one is not of the form.
 */
export function givenCrowds(folder: string): Crowd[] | null {
  const file = join(folder, 'crowds.jsonl');
  if (!existsSync(file)) return null;
  try {
    return readCrowds(readFileSync(file, 'utf8'));
  } catch (error) {
    console.error(`--data: ${file}, ${(error as Error).message}`);
    process.exit(2);
  }
}

/** @throws Error with the line that is not of the form, or where there is none. */
export function readCrowds(text: string): Crowd[] {
  const crowds = text.split('\n').flatMap((line, n) => {
    if (line.trim() === '') return [];
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new Error(`line ${n + 1}: no JSON`);
    }
    const read = crowd.safeParse(value);
    if (read.success) return [read.data];
    const [first] = read.error.issues;
    throw new Error(`line ${n + 1}: ${first?.path.join('.')}: ${first?.message}`);
  });
  if (crowds.length === 0) throw new Error('there is no crowd');
  return crowds;
}
