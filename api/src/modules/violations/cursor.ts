import { Problem } from '../../platform/http/errors.ts';

/** The last row of a page: where the next one goes on, also among rows of the same instant. */
export interface Position {
  startedAt: Date;
  id: string;
}

/** Writes a position as an opaque text. The order is part of it: it means nothing in the other. */
export function writeCursor(position: Position, order: 'newest' | 'oldest'): string {
  const parts = [order, position.startedAt.getTime(), position.id];
  return Buffer.from(parts.join('|')).toString('base64url');
}

/** @throws Problem where it is not a cursor of this order. */
export function readCursor(cursor: string, order: 'newest' | 'oldest'): Position {
  const [writtenFor, time, id, ...rest] = Buffer.from(cursor, 'base64url').toString().split('|');
  const startedAt = new Date(Number(time));
  const valid =
    writtenFor === order &&
    rest.length === 0 &&
    /^-?\d{1,15}$/.test(time ?? '') &&
    /^[0-9A-Z]{26}$/.test(id ?? '');
  if (!valid || !id || Number.isNaN(startedAt.getTime())) throw new Problem('request.cursor');
  return { startedAt, id };
}
