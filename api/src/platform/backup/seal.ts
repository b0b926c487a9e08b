import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { deriveKey } from '../sealed/cipher.ts';
import { type Keyring, KeyringError } from '../sealed/keyring.ts';

/** The entry after the index: who holds the key ring says that the index is theirs. */
export const SEAL = 'seal.json';

const sealSchema = z.object({ key: z.string().max(64), mac: z.string().regex(/^[0-9a-f]{64}$/) });
export type Seal = z.infer<typeof sealSchema>;

const macOf = (key: Buffer, index: Buffer) =>
  createHmac('sha256', deriveKey(key, 'anshi backup index v1')).update(index).digest();

/**
 * Signs the bytes of an index. The encryption of the archive does not tell who made it: whoever knows
 * the public key of a recipient can make one. The index names every entry with its digest.
 */
export async function sealIndex(keyring: Keyring, index: Buffer): Promise<Seal> {
  const { id, key } = await keyring.current();
  return { key: id, mac: macOf(key, index).toString('hex') };
}

/** @throws Error that says what is wrong and what to do. */
export async function checkSeal(
  keyring: Keyring,
  file: string,
  index: Buffer,
  json: unknown,
): Promise<void> {
  const seal = sealSchema.safeParse(json);
  if (!seal.success) throw new Error(`${file} has a seal that this program does not know`);
  let key: Buffer;
  try {
    key = await keyring.key(seal.data.key);
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    throw new Error(`${file} cannot be told to be yours: ${error.message}`);
  }
  const right = timingSafeEqual(macOf(key, index), Buffer.from(seal.data.mac, 'hex'));
  if (!right) {
    throw new Error(
      `${file} was not made by this installation, or its index was changed: take another copy of it`,
    );
  }
}
