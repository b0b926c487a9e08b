import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Seals what the API asks of one worker where it holds a password: AES-256-GCM with a key that follows
 * (HKDF-SHA256) from the bus key which the two share. Nobody on the way reads it, and no other worker.
 * For node only, therefore not in the index that browsers load.
 */
const SCHEME = 'anshi worker request 1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const keyOf = (busKey: string): Buffer =>
  Buffer.from(hkdfSync('sha256', Buffer.from(busKey, 'utf8'), '', SCHEME, 32));

/**
 * @param busKey of the worker. @param request id of the request, which is sealed in: it opens no other one.
 * @returns base64url.
 */
export function sealRequest(busKey: string, request: string, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(busKey), nonce);
  cipher.setAAD(Buffer.from(request));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
}

/** @throws Error where it was sealed with another key, for another request, or was changed. */
export function openRequest(busKey: string, request: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('the request is not sealed');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(busKey), bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(request));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const body = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
  return Buffer.concat([body, decipher.final()]).toString('utf8');
}
