import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Every file and folder below a folder that grants rights to others than its owner, with its mode.
 */
export function openToOthers(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).flatMap((name) => {
    const path = join(folder, String(name));
    // Files come and go while a plant runs.
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found || (found.mode & 0o077) === 0) return [];
    return [`${path} ${(found.mode & 0o777).toString(8)}`];
  });
}

/** The processes of this machine whose arguments or environment contain a text. */
export function processesWith(text: string): { pid: number; where: 'cmdline' | 'environ' }[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) =>
    (['cmdline', 'environ'] as const).flatMap((where) => {
      try {
        const holds = readFileSync(join('/proc', pid, where), 'latin1').includes(text);
        return holds ? [{ pid: Number(pid), where }] : [];
      } catch {
        return []; // The process has ended.
      }
    }),
  );
}
