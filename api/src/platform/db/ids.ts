import { randomFillSync } from 'node:crypto';
import { ulid } from 'ulid';

/** Random bytes are drawn for many ids at once: asking for each of them costs more than the id. */
const pool = new Uint8Array(4096);
let used = pool.length;

function random(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool[used++]! / 256;
}

/** A new ULID: of this millisecond, and with 80 bits that nobody can guess. */
export const newId = (): string => ulid(undefined, random);
