import { createHash } from 'node:crypto';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A ULID (https://github.com/ulid/spec) whose time is `at` and whose 80 random bits are a digest
 * of `episode`: the same episode gets the same identifier however often it is judged.
 *
 * @param at milliseconds since the epoch.
 */
export function violationId(at: number, episode: readonly unknown[]): string {
  let time = Math.max(0, Math.min(2 ** 48 - 1, Math.floor(at)));
  let text = '';
  for (let i = 0; i < 10; i++) {
    text = CROCKFORD[time % 32]! + text;
    time = Math.floor(time / 32);
  }
  const digest = createHash('sha256').update(JSON.stringify(episode)).digest();
  let bits = BigInt(`0x${digest.subarray(0, 10).toString('hex')}`);
  let random = '';
  for (let i = 0; i < 16; i++) {
    random = CROCKFORD[Number(bits & 31n)]! + random;
    bits >>= 5n;
  }
  return text + random;
}
