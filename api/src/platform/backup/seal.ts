import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { deriveKey } from '../sealed/cipher.ts';
import { type Keyring, KeyringError } from '../sealed/keyring.ts';

/** The entry after the index: a signature with the key ring. */
export const SEAL = 'seal.json';

const sealSchema = z.object({ key: z.string().max(64), mac: z.string().regex(/^[0-9a-f]{64}$/) });
export type Seal = z.infer<typeof sealSchema>;

const macOf = (key: Buffer, index: Buffer) =>
  createHmac('sha256', deriveKey(key, 'anshi backup index v1')).update(index).digest();

/**
 * Signs the bytes of an index. The encryption does not prove the origin of an archive: anyone with
 * a recipient's public key can make one. The index contains every entry's digest.
 */
export async function sealIndex(keyring: Keyring, index: Buffer): Promise<Seal> {
  const { id, key } = await keyring.current();
  return { key: id, mac: macOf(key, index).toString('hex') };
}

/** @throws Error with the fault and the remedy. */
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
    throw new Error(`${file} cannot be verified as yours: ${error.message}`);
  }
  const right = timingSafeEqual(macOf(key, index), Buffer.from(seal.data.mac, 'hex'));
  if (!right) {
    throw new Error(
      `${file} was not made by this installation, or its index was changed: take another copy of it`,
    );
  }
}
