import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';

/*
 * Anchors without a database, for those who check packs of evidence elsewhere.
 */

/**
 * A signed record of the chain's length and newest hash at some time. The owner of the tables could
 * rewrite the whole chain, or truncate it; an anchor outside of the database reveals that.
 */
export const anchorSchema = z.object({
  tenant: z.string(),
  /** Number of sealed rows. */
  position: z.string().regex(/^\d{1,19}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.string(),
  /** Fingerprint of the public key. */
  key: z.string(),
  signature: z.string(),
});
export type Anchor = z.infer<typeof anchorSchema>;

/** Signs what is noted of a position of the chain. */
export function signAnchor(
  privateKey: KeyObject,
  noted: Omit<Anchor, 'key' | 'signature'>,
): Anchor {
  const whole = { ...noted, key: fingerprintOf(createPublicKey(privateKey)) };
  return { ...whole, signature: sign(null, signedText(whole), privateKey).toString('base64') };
}

/** Verifies the signature of an anchor. */
export function isSigned(anchor: Anchor, publicKeyPem: string): boolean {
  const key = createPublicKey(publicKeyPem);
  if (anchor.key !== fingerprintOf(key)) return false;
  return verify(null, signedText(anchor), key, Buffer.from(anchor.signature, 'base64'));
}

const signedText = ({ tenant, position, hash, at }: Omit<Anchor, 'signature'>) =>
  Buffer.from(`anshi.anchor.1\n${tenant}\n${position}\n${hash}\n${at}`);

/** The id of a key: the first 32 hexadecimal digits of the SHA-256 of its public half. */
export const fingerprintOf = (key: KeyObject) =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 32);
