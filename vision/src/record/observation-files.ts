import { createReadStream, createWriteStream } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';

/*
 * The files of recorded observations: <folder>/<camera>/<hour>[-<n>].jsonl while one is written, and .zst
 * once it is closed. Their names are times of the stream clock, UTC.
 */

const HOUR_MS = 3_600_000;
const NAME = /^(\d{4}-\d{2}-\d{2}T\d{2})(?:-(\d{1,6}))?\.jsonl(\.zst)?$/;
const TAIL_BYTES = 64 * 1024;

/** A file of one camera and hour. */
export interface ObservationFile {
  readonly camera: string;
  readonly path: string;
  /** Begin of its hour, ms since the epoch. */
  readonly from: number;
  /** Order among those of one hour: a worker that starts again begins another one. */
  readonly number: number;
  readonly isClosed: boolean;
  readonly bytes: number;
}

export const hourOf = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS;
/** When the hour of a file is over. */
export const endOf = ({ from }: Pick<ObservationFile, 'from'>): number => from + HOUR_MS;

export function fileName(hour: number, number: number): string {
  const name = new Date(hour).toISOString().slice(0, 13);
  return `${name}${number === 1 ? '' : `-${number}`}.jsonl`;
}

/** The files of one camera, oldest first. */
export async function filesOf(folder: string, camera: string): Promise<ObservationFile[]> {
  const own = join(folder, camera);
  const names = await readdir(own).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files: ObservationFile[] = [];
  for (const name of names) {
    const [, hour, number, packed] = NAME.exec(name) ?? [];
    if (hour === undefined) continue;
    const path = join(own, name);
    const found = await stat(path).catch(() => null);
    if (!found) continue;
    files.push({
      camera,
      path,
      from: Date.parse(`${hour}:00:00Z`),
      number: Number(number ?? 1),
      isClosed: packed !== undefined,
      bytes: found.size,
    });
  }
  return files.sort((a, b) => a.from - b.from || a.number - b.number);
}

/** Those of all cameras that have any. */
export async function allFiles(folder: string): Promise<ObservationFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const cameras = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return (await Promise.all(cameras.map((camera) => filesOf(folder, camera)))).flat();
}

/**
 * Cuts a last line that a kill left without its end.
 *
 * @returns whether there was one.
 */
export async function cutTornLine(path: string): Promise<boolean> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    let end = size;
    while (end > 0) {
      const from = Math.max(0, end - TAIL_BYTES);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(end - from), 0, end - from, from);
      const last = buffer.subarray(0, bytesRead).lastIndexOf(0x0a);
      if (last >= 0) {
        end = from + last + 1;
        break;
      }
      end = from;
    }
    if (end === size) return false;
    await file.truncate(end);
    return true;
  } finally {
    await file.close();
  }
}

/** Packs a file in whose place the packed one comes; a kill in between leaves one of the two. */
export async function packFile(path: string): Promise<void> {
  const { size } = await stat(path);
  if (size === 0) return rm(path, { force: true });
  const packed = `${path}.zst`;
  const part = `${packed}.part`;
  await pipeline(
    createReadStream(path),
    createZstdCompress(),
    createWriteStream(part, { mode: 0o600, flush: true }),
  );
  await rename(part, packed);
  await rm(path, { force: true });
}

/** What an earlier run left unfinished; asked before this run begins a file. */
export async function unfinishedFiles(folder: string): Promise<ObservationFile[]> {
  const files = await allFiles(folder);
  return files.filter(({ isClosed }) => !isClosed);
}

/**
 * Makes order after an earlier run: half-packed files go, unfinished ones are cut at their last whole line and
 * packed.
 *
 * @returns how many lines were torn.
 */
export async function finishFiles(files: readonly ObservationFile[]): Promise<number> {
  let torn = 0;
  for (const { path } of files) {
    await rm(`${path}.zst.part`, { force: true });
    // Packed before the kill, and not taken away.
    if (await stat(`${path}.zst`).catch(() => null)) await rm(path, { force: true });
    else {
      if (await cutTornLine(path)) torn++;
      await packFile(path);
    }
  }
  return torn;
}
