import { LRUCache } from 'lru-cache';
import { DateTime } from 'luxon';

// Many cases have the same time limit: the end of work.
const written = new LRUCache<string, string>({ max: 1_000 });

/** An instant as local time. */
export function formatInstant(at: Date, zone: string): string {
  const key = `${at.getTime()} ${zone}`;
  const known = written.get(key);
  if (known !== undefined) return known;
  const text = DateTime.fromJSDate(at, { zone }).toFormat('yyyy-MM-dd HH:mm');
  written.set(key, text);
  return text;
}
