import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** AES-256-GCM (NIST SP 800-38D): 96 bits of nonce, 128 bits of tag. */
const NONCE = 12;
const TAG = 16;

/** @returns nonce, ciphertext and tag in one. */
export function encrypt(key: Buffer, plain: Buffer, bound: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(bound));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws where the key, a bit of the bytes or what they are bound to is another. */
export function decrypt(key: Buffer, bytes: Buffer, bound: string): Buffer {
  if (bytes.length < NONCE + TAG) throw new Error('too short');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), {
    authTagLength: TAG,
  });
  decipher.setAAD(Buffer.from(bound));
  decipher.setAuthTag(bytes.subarray(-TAG));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]);
}

/** A key for one use, from a key that serves several (RFC 5869): uses must not share a key. */
export function deriveKey(key: Buffer, use: string, salt: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, use, 32));
}

/**
 * The blind index of a value: the same value has the same one, and without the key nobody can tell
 * which value it is, nor try them all.
 */
export function blindIndex(key: Buffer, value: string): string {
  return createHmac('sha256', key).update(value).digest('base64url');
}
