import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '../http/errors.ts';
import { tooLarge } from './check.ts';
import { FILE_LIMITS, FILE_TYPES, limitOf, readFileType, saysNothing, TAKEN } from './kinds.ts';
import { announcedName } from './names.ts';

/** The declared metadata of an upload. */
export interface Announcement {
  name: string;
  mediaType: string;
  bytes: number;
}

/**
 * Parses the headers that start an upload (tus 1.0.0, Creation). Files that would be refused later
 * are refused here, before a phone sends megabytes in vain.
 *
 * @throws Problem `file.*`
 */
export function readAnnouncement(headers: IncomingHttpHeaders): Announcement {
  const length = String(headers['upload-length'] ?? '');
  const bytes = Number(length);
  if (!/^\d{1,15}$/.test(length) || bytes === 0) throw new Problem('file.size');
  const metadata = readMetadata(String(headers['upload-metadata'] ?? ''));
  const name = metadata.get('filename') ?? metadata.get('name') ?? '';
  if (name.trim() === '') throw new Problem('file.name');
  const mediaType = (metadata.get('filetype') ?? metadata.get('type') ?? '').slice(0, 128);
  refuseEarly(mediaType, bytes);
  return { name: announcedName(name.slice(0, 1000)), mediaType, bytes };
}

function refuseEarly(mediaType: string, bytes: number): void {
  const type = readFileType(mediaType);
  if (!type) {
    const isHeic = /^image\/hei[cf]/i.test(mediaType);
    if (!saysNothing(mediaType) && !isHeic) {
      throw new Problem(
        'file.type',
        `${mediaType.slice(0, 100)} is not taken. Taken are ${TAKEN}.`,
      );
    }
    if (bytes > FILE_LIMITS.video) throw tooLarge('video', bytes);
    return;
  }
  const limit = limitOf(type);
  if (bytes > limit) throw tooLarge(FILE_TYPES[type], bytes, limit);
}

/** Comma-separated pairs of a name and base64; invalid ones are skipped. */
function readMetadata(header: string): Map<string, string> {
  const pairs = header.slice(0, 8_000).split(',');
  return new Map(
    pairs.flatMap((pair): [string, string][] => {
      const [name, value, ...rest] = pair.trim().split(' ');
      if (!name || rest.length > 0) return [];
      return [[name.toLowerCase(), Buffer.from(value ?? '', 'base64').toString('utf8')]];
    }),
  );
}
