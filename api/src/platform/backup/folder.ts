import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = /^anshi-\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z\.age$/;

/** Name of a new backup in a folder. */
export async function newArchive(folder: string, now = new Date()): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const time = now.toISOString().slice(0, 19).replaceAll(':', '-');
  return join(folder, `anshi-${time}Z.age`);
}

/** The backups of a folder, newest first. */
export async function listArchives(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => NAME.test(name));
  return names
    .sort()
    .reverse()
    .map((name) => join(folder, name));
}

/** Removes all but the newest. Other files stay. @returns the removed ones. */
export async function keepNewest(folder: string, keep: number): Promise<string[]> {
  const old = (await listArchives(folder)).slice(keep);
  for (const file of old) await rm(file);
  return old;
}
