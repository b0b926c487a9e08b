import { Problem } from '../../platform/http/errors.ts';
import type { Position } from './rows.ts';

/** Writes where a page ended as an opaque text, of this order only. */
export function writeCursor(row: { reportedAt: Date; id: string }, order: string): string {
  return Buffer.from([order, row.reportedAt.getTime(), row.id].join('|')).toString('base64url');
}

/** @throws Problem where it is not a cursor of this order. */
export function readCursor(cursor: string, order: string): Position {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, writtenFor, time, id] = /^(newest|oldest)\|(\d{1,15})\|([0-9A-Z]{26})$/.exec(text) ?? [];
  if (writtenFor !== order || !time || !id) throw new Problem('request.cursor');
  return { at: new Date(Number(time)), id };
}
