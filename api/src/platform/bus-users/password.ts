import { pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * The hash of a broker's password as mosquitto keeps it: `$7$<iterations>$<salt>$<hash>`, PBKDF2 with
 * SHA-512. The secrets are random with at least 128 bits, so mosquitto's default iteration count is
 * enough.
 */
const ITERATIONS = 101;
const HASH_BYTES = 64;

export function hashPassword(secret: string): string {
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(secret, salt, ITERATIONS, HASH_BYTES, 'sha512');
  return `$7$${ITERATIONS}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

/** Takes constant time for any mismatch. An invalid hash matches nothing. */
export function passwordMatches(secret: string, hash: string): boolean {
  const [, kind, iterations, salt, wanted] = hash.split('$');
  const count = Number(iterations);
  if (kind !== '7' || !salt || !wanted || !(count > 0)) return false;
  const expected = Buffer.from(wanted, 'base64');
  const given = pbkdf2Sync(
    secret,
    Buffer.from(salt, 'base64'),
    count,
    expected.length || HASH_BYTES,
    'sha512',
  );
  return given.length === expected.length && timingSafeEqual(given, expected);
}
