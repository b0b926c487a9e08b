import { randomBytes, randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A secret that is made once and kept in the data folder, readable by its owner only, so that the
 * next start has the same.
 *
 * @param name a file name.
 * @param make called where there is none yet.
 */
export function keptSecret(dataDir: string, name: string, make: () => string): string {
  const folder = join(dataDir, 'secrets');
  const file = join(folder, name);
  try {
    const kept = readFileSync(file, 'utf8').trim();
    if (kept !== '') return kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const secret = make();
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return secret;
}

/** A secret that only programs read: 256 bits. */
export const machineSecret = (): string => randomBytes(32).toString('hex');

const consonants = 'bdfghkmnprstvz';
const vowels = 'aeiou';

/** A password that a person can read aloud and type, e.g. `bafo-kemi-tulo-ruse`: 49 bits. */
export function readablePassword(): string {
  const pick = (letters: string) => letters[randomInt(letters.length)];
  const syllable = () => `${pick(consonants)}${pick(vowels)}`;
  return Array.from({ length: 4 }, () => syllable() + syllable()).join('-');
}
