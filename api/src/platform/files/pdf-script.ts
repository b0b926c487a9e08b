import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { inflateSync } from 'node:zlib';
import { Problem } from '../http/errors.ts';
import {
  type BrokenObject,
  isName,
  type PdfStream,
  type PdfValue,
  streamsOf,
  TooMuchToRead,
  withoutEscapes,
} from './pdf-objects.ts';

/**
 * Names of actions that run something when a reader opens the document (ISO 32000-2, 12.6.4). A name ends
 * with a delimiter or white space.
 */
const NAME = /\/(JavaScript|Launch|RichMedia)(?![A-Za-z0-9_-])/;
const PIECE = 1024 * 1024;
/** Longer than a name, with each of its characters escaped. */
const OVERLAP = 64;
/** Unpacked size of a stream of objects, and of all of a document. */
const MOST_OBJECTS = 16 * 1024 * 1024;
const MOST_OF_ALL = 256 * 1024 * 1024;
/** So much behind the begin of a dictionary that cannot be read is looked at, bytes. */
const WINDOW = 64 * 1024;

/**
 * Refuses a PDF that runs something: in its objects, and in its streams of objects. Where a stream of
 * objects cannot be read, as in an encrypted document, the whole is refused. Other streams hold no actions
 * and are not read.
 *
 * @throws Problem `file.script`, `file.script-unknown`
 */
export async function refusePdfScript(path: string): Promise<void> {
  const bytes = await readFile(path);
  for (let at = 0; at < bytes.length; at += PIECE) {
    refuseNames(bytes.toString('latin1', at, Math.min(bytes.length, at + PIECE + OVERLAP)));
    // 50 MB are looked at in turns, so that others are answered meanwhile.
    await setImmediate();
  }
  let unpacked = 0;
  try {
    for (const found of streamsOf(bytes)) {
      if (found === null) {
        await setImmediate();
        continue;
      }
      const objects = 'brokenAt' in found ? refuseBroken(bytes, found) : objectsOf(bytes, found);
      if (objects === null) continue;
      unpacked += objects.length;
      if (unpacked > MOST_OF_ALL) throw unknown('its packed objects are too large');
      refuseNames(objects.toString('latin1'));
      await setImmediate();
    }
  } catch (error) {
    throw error instanceof TooMuchToRead ? unknown('it has too many parts') : error;
  }
}

const unknown = (why: string) =>
  new Problem(
    'file.script-unknown',
    `The PDF cannot be checked for scripts: ${why}. Save it as PDF/A or as a picture, and send that.`,
  );

function refuseNames(text: string): void {
  const [, name] = NAME.exec(withoutEscapes(text)) ?? [];
  if (name) {
    throw new Problem(
      'file.script',
      `The PDF runs something when it is opened (${name}). Print it as PDF again, and send that.`,
    );
  }
}

/** A reader may find a stream of objects in what this one cannot read. */
function refuseBroken(bytes: Buffer, { brokenAt }: BrokenObject): null {
  const text = withoutEscapes(bytes.toString('latin1', brokenAt, brokenAt + WINDOW));
  if (/\/ObjStm(?![A-Za-z0-9])|\/First(?![A-Za-z0-9])/.test(text)) {
    throw unknown('a part of it is damaged');
  }
  return null;
}

/**
 * The objects in a stream of objects (ISO 32000-2, 7.5.7), unpacked; null of any other stream. Some readers
 * take one without its type, by its count and the place of its first object.
 */
function objectsOf(bytes: Buffer, { entries, start }: PdfStream): Buffer | null {
  const isOfType = (type: string) =>
    entries.get('Type')?.some((one) => isName(one) && one.name === type) ?? false;
  const isOfObjects = isOfType('ObjStm') || (entries.has('N') && entries.has('First'));
  // It tells where the objects are. They are found without it, but a reader must find the same ones.
  const isTable = isOfType('XRef');
  if (!isOfObjects && !isTable) return null;
  const filters = filtersOf(entries);
  if (filters === null || filters.length > 1) throw unknown('its objects are packed several times');
  const [filter] = filters;
  if (filter !== undefined && filter !== 'FlateDecode' && filter !== 'Fl') {
    throw unknown(`its objects are packed with ${filter.slice(0, 40)}`);
  }
  if (!isOfObjects) return null;
  if (entries.has('F')) throw unknown('its objects are in another file');
  // Of plain objects all bytes of the document were looked at.
  if (filter === undefined) return null;
  if (entries.has('DecodeParms') || entries.has('DP')) {
    throw unknown('its objects are packed in an unusual form');
  }
  return unpack(bytes.subarray(start));
}

/** Their names; null where they cannot be told. */
function filtersOf(entries: PdfStream['entries']): string[] | null {
  const given = [...(entries.get('Filter') ?? []), ...(entries.get('FFilter') ?? [])];
  if (given.length > 1) return null;
  const names = given.flatMap((one) => (Array.isArray(one) ? one : [one])) as PdfValue[];
  return names.every(isName) ? names.map(({ name }) => name) : null;
}

/** @param packed what is behind its end is left out. */
function unpack(packed: Buffer): Buffer {
  try {
    return inflateSync(packed, { maxOutputLength: MOST_OBJECTS });
  } catch (error) {
    throw (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
      ? unknown('its packed objects are too large')
      : unknown('its packed objects are encrypted or damaged');
  }
}
