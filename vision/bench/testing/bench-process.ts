import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');
const execute = promisify(execFile);

/** The public pictures; they are not in the repository. */
export const publicPictures = join(
  process.env.ANSHI_SHARED ?? join(root, '../shared'),
  'datasets/ppe',
);

/** True where the public pictures are not there; says so once. */
export function areAbsent(what: string): boolean {
  const absent = !existsSync(join(publicPictures, 'dataset.json'));
  if (absent) console.warn(`no pictures in ${publicPictures}: ${what} are skipped`);
  return absent;
}

/**
 * Runs a bench of `vision/bench`; its exit code says whether the target was met, which a few pictures
 * cannot show.
 */
export async function runBench(
  name: string,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const done = await execute(process.execPath, [join(root, `vision/bench/${name}.ts`), ...args], {
      cwd: root,
      maxBuffer: 1 << 26,
    });
    return { code: 0, ...done };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

/** Copies one in `every` pictures of public sets, with their labels, to another collection. */
export function copyPictures(data: string, sets: readonly string[], every: number): void {
  copyFileSync(join(publicPictures, 'dataset.json'), join(data, 'dataset.json'));
  for (const set of sets) {
    const names = readdirSync(join(publicPictures, set, 'images')).sort();
    const chosen = new Set(
      names.filter((_, i) => i % every === 0).map((name) => name.replace(/\.\w+$/, '')),
    );
    for (const kind of readdirSync(join(publicPictures, set))) {
      mkdirSync(join(data, set, kind), { recursive: true });
      for (const name of readdirSync(join(publicPictures, set, kind))) {
        if (!chosen.has(name.replace(/\.\w+$/, ''))) continue;
        copyFileSync(join(publicPictures, set, kind, name), join(data, set, kind, name));
      }
    }
  }
}
