import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { ViolationEvent } from '@anshi/contracts';
import {
  type ClockStatement,
  evidenceKeyIdOf,
  evidencePublicKeyOf,
  newEvidenceKeyPair,
  signEvidence,
} from '@anshi/contracts/evidence-signature';
import type { Logger } from 'pino';
import { writeDurably } from './durable-file.ts';

const FILE = 'evidence-key.pem';

interface Key {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: string;
}

export interface EvidenceSignerOptions {
  readonly folder: string;
  readonly tenant: string;
  readonly worker: string;
  readonly log: Logger;
}

/**
 * Signs the events of violations with the worker's own key, which is made on this machine and never
 * leaves it. It signs from the first event on, whether the API was ever reached or not.
 */
export class EvidenceSigner {
  readonly #options: EvidenceSignerOptions;
  #key: Key;
  #clock: ClockStatement = { source: 'system', aheadMs: null, withinMs: null, comparedAt: null };

  private constructor(options: EvidenceSignerOptions, key: Key) {
    this.#options = options;
    this.#key = key;
  }

  /** @throws Error where the key can neither be read nor written. */
  static async open(options: EvidenceSignerOptions): Promise<EvidenceSigner> {
    return new EvidenceSigner(options, (await readKey(options)) ?? (await makeKey(options)));
  }

  get keyId(): string {
    return this.#key.id;
  }

  /** SPKI in base64. */
  get publicKey(): string {
    return this.#key.publicKey;
  }

  /** The API revoked the key: another one is made, and the old one is gone. */
  async renew(): Promise<void> {
    this.#key = await makeKey(this.#options);
    this.#options.log.warn({ key: this.#key.id }, 'the key of the evidence was revoked: a new one');
  }

  /**
   * Takes the time of the API's answer, as NTP does.
   *
   * @param api when the API answered; sentAt and receivedAt by this machine. All in ms since 1970.
   */
  compare(api: number, sentAt: number, receivedAt: number): void {
    // A clock that was set in between says nothing.
    if (!Number.isFinite(api) || receivedAt < sentAt) return;
    this.#clock = {
      source: 'system',
      aheadMs: Math.round((sentAt + receivedAt) / 2 - api),
      withinMs: Math.ceil((receivedAt - sentAt) / 2),
      comparedAt: new Date(receivedAt).toISOString(),
    };
  }

  /** The event with its signature; one that was signed before is signed again. */
  sign<Event extends ViolationEvent>(event: Event): Event {
    const { tenant, worker } = this.#options;
    const statement = {
      tenant,
      worker,
      event: event.id,
      type: event.type,
      violation: event.data.violation,
      signedAt: new Date().toISOString(),
      clock: this.#clock,
      data: event.data,
    };
    return { ...event, ...signEvidence(this.#key, statement) };
  }
}

async function readKey({ folder, log }: EvidenceSignerOptions): Promise<Key | null> {
  const file = join(folder, FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const privateKey = createPrivateKey(text);
    if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('it is no Ed25519 key');
    return keyOf(privateKey);
  } catch (error) {
    // Evidence goes on: the API is told of a new key, and tells people.
    log.error({ err: error, file }, 'the key of the evidence is damaged: set aside, a new one');
    await rename(file, `${file}.damaged`);
    return null;
  }
}

async function makeKey({ folder }: EvidenceSignerOptions): Promise<Key> {
  const { privateKey } = newEvidenceKeyPair();
  await writeDurably(join(folder, FILE), privateKey, { mode: 0o600 });
  return keyOf(createPrivateKey(privateKey));
}

function keyOf(privateKey: KeyObject): Key {
  const publicKey = evidencePublicKeyOf(privateKey);
  return { id: evidenceKeyIdOf(publicKey), privateKey, publicKey };
}
