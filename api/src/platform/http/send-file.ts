import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from './errors.ts';

/** The requested bytes of a file: all (null), or from first to last, inclusive. */
export type ByteRange = { first: number; last: number } | null;

/**
 * Parses a `Range` header (RFC 9110, 14.2). Several ranges, or a unit other than bytes, are
 * answered with the whole file, which the standard allows.
 *
 * @throws Problem 416 where the range is outside.
 */
export function readRange(header: string | undefined, bytes: number): ByteRange {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match) return null;
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return null;
  const first = from === '' ? Math.max(0, bytes - Number(to)) : Number(from);
  const last = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (first >= bytes || (from === '' && Number(to) === 0)) throw new Problem('request.range');
  // A range that ends before its start is invalid and ignored.
  return first > last ? null : { first, last };
}

/** An immutable file. */
export interface SentFile {
  sha256: string;
  bytes: number;
  mediaType: string;
  /** What names these bytes to caches; left out: their SHA-256. */
  tag?: string;
  /** Of caches; left out: kept, but asked about each time. */
  cacheControl?: string;
  read: (range: ByteRange) => Readable;
}

/** Sends an immutable file: whole or a range, or 304 where the client has it. */
export function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: SentFile,
): FastifyReply {
  const etag = `"${file.tag ?? file.sha256}"`;
  reply
    .header('etag', etag)
    .header('accept-ranges', 'bytes')
    .header('vary', 'authorization')
    // Cached, but revalidated each time: a revoked right takes effect at once.
    .header('cache-control', file.cacheControl ?? 'private, no-cache');
  if (request.headers['if-none-match']?.split(/\s*,\s*/).includes(etag))
    return reply.code(304).send();
  const condition = request.headers['if-range'];
  const wanted = condition === undefined || condition === etag ? request.headers.range : undefined;
  let range: ByteRange;
  try {
    range = readRange(wanted, file.bytes);
  } catch (error) {
    reply.header('content-range', `bytes */${file.bytes}`);
    throw error;
  }
  if (range) {
    reply.code(206).header('content-range', `bytes ${range.first}-${range.last}/${file.bytes}`);
  }
  reply
    .type(file.mediaType)
    .header('content-length', range ? range.last - range.first + 1 : file.bytes);
  return reply.send(request.method === 'HEAD' ? Readable.from([]) : file.read(range));
}
