import { readFile } from 'node:fs/promises';
import { Decrypter, Encrypter } from 'age-encryption';

/** Recipients of a backup: holders of a key, or of a passphrase. */
export interface SealingKeys {
  /** Public keys, `age1…`: the machine that makes backups cannot read them then. */
  recipients?: string[];
  passphraseFile?: string | undefined;
}

export interface OpeningKeys {
  /** A file with `AGE-SECRET-KEY-1…`, as `age-keygen` writes it. */
  identityFile?: string | undefined;
  passphraseFile?: string | undefined;
}

/** @throws Error that says which option is missing. */
export async function encrypterOf(keys: SealingKeys): Promise<Encrypter> {
  const encrypter = new Encrypter();
  const recipients = keys.recipients ?? [];
  if (recipients.length > 0) {
    for (const recipient of recipients) {
      try {
        encrypter.addRecipient(recipient);
      } catch {
        throw new Error(`"${recipient}" is not a public key of age: it begins with age1`);
      }
    }
    return encrypter;
  }
  if (!keys.passphraseFile) {
    throw new Error(
      'a backup is always encrypted: name --recipient age1… (see age-keygen) or --passphrase-file',
    );
  }
  encrypter.setPassphrase(await readPassphrase(keys.passphraseFile));
  return encrypter;
}

/** @throws Error that says which option is missing. */
export async function decrypterOf(keys: OpeningKeys): Promise<Decrypter> {
  const decrypter = new Decrypter();
  if (keys.identityFile) {
    const lines = (await readFile(keys.identityFile, 'utf8')).split('\n');
    const secrets = lines.filter((line) => line.startsWith('AGE-SECRET-KEY-'));
    if (secrets.length === 0) {
      throw new Error(`${keys.identityFile} holds no AGE-SECRET-KEY-… of age`);
    }
    for (const secret of secrets) decrypter.addIdentity(secret.trim());
  } else if (keys.passphraseFile) {
    decrypter.addPassphrase(await readPassphrase(keys.passphraseFile));
  } else {
    throw new Error('name --identity-file or --passphrase-file: backups are encrypted');
  }
  return decrypter;
}

async function readPassphrase(file: string): Promise<string> {
  const passphrase = (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  if (passphrase.length < 12) {
    throw new Error(`the passphrase in ${file} must have at least 12 characters`);
  }
  return passphrase;
}
