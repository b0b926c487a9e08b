import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Problem } from '../http/errors.ts';
import {
  agree,
  extensionOf,
  FILE_LIMITS,
  FILE_TYPES,
  type FileType,
  limitOf,
  readFileType,
  saysNothing,
} from './kinds.ts';
import { readMedia, stripMedia } from './media.ts';
import { safeName } from './names.ts';
import { refusePdfScript } from './pdf-script.ts';
import { framePreview, readPicture } from './picture.ts';
import { sniff } from './sniff.ts';
import type { FileKind, StoredFile } from './types.ts';

/** Bytes to store. */
export interface Part {
  sha256: string;
  bytes: number;
  mediaType: string;
  open(): Readable;
}

/** The result of the check. */
export interface CheckedFile
  extends Pick<
    StoredFile,
    | 'name'
    | 'kind'
    | 'mediaType'
    | 'perceptualHash'
    | 'width'
    | 'height'
    | 'durationSeconds'
    | 'takenAt'
    | 'takenWhere'
  > {
  original: Part;
  shown: Part;
  preview: Part | null;
}

/**
 * Inspects the bytes of a file: its type, whether it is complete and harmless, and what is shown of
 * it.
 *
 * @param path where the bytes are; `<path>.shown` is written beside it where needed.
 * @param zone time zone of a picture's time without an offset.
 * @throws Problem `file.*` with the reason.
 */
export async function checkFile(
  path: string,
  announced: { name: string; mediaType: string },
  zone: string,
): Promise<CheckedFile> {
  const type = await sniff(path, announced.mediaType);
  const { size } = await stat(path);
  const look = LOOKS[FILE_TYPES[type]];
  refuseMismatch(announced.mediaType, type);
  refuseSize(type, size);
  const found = await look(path, type, zone);
  refuseSize(found.mediaType as FileType, size);
  return {
    ...found,
    name: safeName(announced.name, extensionOf(found.mediaType as FileType)),
    original: await partOf(path, found.mediaType),
  };
}

type Found = Omit<CheckedFile, 'name' | 'original'>;
type Look = (path: string, type: FileType, zone: string) => Promise<Found>;

async function lookAtPhoto(path: string, type: FileType, zone: string): Promise<Found> {
  const { shown, preview, ...picture } = await readPicture(path, zone);
  return {
    ...picture,
    kind: 'photo',
    mediaType: type,
    durationSeconds: null,
    shown: bufferPart(shown, 'image/jpeg'),
    preview: bufferPart(preview, 'image/jpeg'),
  };
}

async function lookAtMedia(path: string, type: FileType): Promise<Found> {
  const { frame, ...media } = await readMedia(path, type);
  const out = `${path}.shown`;
  await stripMedia(path, out, type, media.kind);
  return {
    ...media,
    perceptualHash: null,
    shown: await partOf(out, media.mediaType),
    preview: frame && bufferPart(await framePreview(frame), 'image/jpeg'),
  };
}

async function lookAtDocument(path: string, type: FileType): Promise<Found> {
  if (type === 'application/pdf') await refusePdfScript(path);
  return {
    kind: 'document',
    mediaType: type,
    perceptualHash: null,
    width: null,
    height: null,
    durationSeconds: null,
    takenAt: null,
    takenWhere: null,
    shown: await partOf(path, type),
    preview: null,
  };
}

const LOOKS: Record<FileKind, Look> = {
  photo: lookAtPhoto,
  video: lookAtMedia,
  audio: lookAtMedia,
  document: lookAtDocument,
};

function refuseMismatch(announced: string, found: FileType): void {
  if (saysNothing(announced)) return;
  const type = readFileType(announced);
  if (type && agree(FILE_TYPES[type], FILE_TYPES[found])) return;
  throw new Problem(
    'file.mismatch',
    `It was announced as ${announced.slice(0, 100)}, but its bytes are ${found}.`,
  );
}

function refuseSize(type: FileType, bytes: number): void {
  if (bytes > limitOf(type)) throw tooLarge(FILE_TYPES[type], bytes, limitOf(type));
}

export function tooLarge(kind: FileKind, bytes: number, limit = FILE_LIMITS[kind]): Problem {
  const mib = (count: number) => `${Math.ceil(count / 1024 / 1024)} MiB`;
  return new Problem(
    'file.too-large',
    `The ${kind} has ${mib(bytes)}; at most ${mib(limit)} are taken.`,
  );
}

async function partOf(path: string, mediaType: string): Promise<Part> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { sha256: hash.digest('hex'), bytes, mediaType, open: () => createReadStream(path) };
}

function bufferPart(buffer: Buffer, mediaType: string): Part {
  return {
    sha256: createHash('sha256').update(buffer).digest('hex'),
    bytes: buffer.length,
    mediaType,
    open: () => Readable.from([buffer]),
  };
}
