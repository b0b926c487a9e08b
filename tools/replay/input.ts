import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type CameraConfig, CamerasFileError, readCamerasFile } from '@anshi/contracts';
import {
  type LeftOut,
  type PlacedItem,
  RecordedError,
  readRecorded,
} from '../../vision/src/replay/read.ts';

/** What the command was given wrongly; the message says what, where, and what to do. */
export class InputError extends Error {}

const RECORDED = /\.jsonl(\.gz|\.zst)?$/;
export const isRecorded = (path: string): boolean =>
  RECORDED.test(path) || (existsSync(path) && statSync(path).isDirectory());

/** A stream of one camera: files in the order of their time. */
export interface Source {
  readonly files: readonly string[];
  /** Changes where one of the files does. */
  readonly digest: string;
}

/**
 * The files of a stream: one, or those of a folder of a worker in the order of their names.
 *
 * @throws InputError
 */
export function sourceOf(path: string): Source {
  if (!existsSync(path)) throw new InputError(`there is no file ${path}`);
  const isFolder = statSync(path).isDirectory();
  const files = isFolder
    ? readdirSync(path)
        .filter((name) => RECORDED.test(name))
        .map((name) => ({ name, order: orderOf(name) }))
        .sort((a, b) => (a.order < b.order ? -1 : 1))
        .map(({ name }) => join(path, name))
    : [path];
  if (files.length === 0) throw new InputError(`${path} has no .jsonl, .jsonl.gz or .jsonl.zst`);
  const digest = createHash('sha256');
  for (const file of files) {
    const { size, mtimeMs } = statSync(file);
    digest.update(`${file}\n${size}\n${mtimeMs}\n`);
  }
  return { files, digest: digest.digest('hex') };
}

/** `2026-11-27T10-2.jsonl` comes after `2026-11-27T10.jsonl`. */
function orderOf(name: string): string {
  const [, base = name, number = '1'] = /^(.*?T\d\d)(?:-(\d+))?\.jsonl/.exec(name) ?? [];
  return `${base} ${number.padStart(8, '0')}`;
}

/** All items of a stream. @throws RecordedError */
export async function* itemsOf(source: Source, left: LeftOut): AsyncGenerator<PlacedItem> {
  for (const file of source.files) yield* readRecorded(file, left);
}

/**
 * The camera of a stream: what its first line names.
 *
 * @throws InputError where there is none.
 */
async function cameraOf(source: Source): Promise<string> {
  for await (const { item } of itemsOf(source, { torn: 0 })) {
    if (item.kind === 'head') return item.head.camera;
    if (item.kind === 'observation') return item.observation.camera;
  }
  throw new InputError(`${source.files[0]} has no observation`);
}

/**
 * One camera of a cameras.yaml.
 *
 * @param camera its id; left out, the one of the stream.
 * @throws InputError with the line of each error.
 */
export async function configFrom(
  path: string,
  source: Source,
  camera: string | undefined,
): Promise<CameraConfig> {
  if (!existsSync(path)) throw new InputError(`there is no file ${path}`);
  let cameras: CameraConfig[];
  try {
    ({ cameras } = readCamerasFile(readFileSync(path, 'utf8'), path));
  } catch (error) {
    if (error instanceof CamerasFileError) throw new InputError(error.message);
    throw error;
  }
  const id = camera ?? (await cameraOf(source));
  const found = cameras.find((one) => one.id === id);
  if (found) return found;
  const known = cameras.map((one) => one.id).join(', ');
  throw new InputError(
    `${path} has no camera "${id}", only ${known || 'none'}: name one of them by --camera`,
  );
}

export const isInputError = (error: unknown): error is Error =>
  error instanceof InputError || error instanceof RecordedError;
