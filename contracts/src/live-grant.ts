import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { z } from 'zod';
import { slug } from './primitives.ts';

/**
 * A grant by which the API requests one live view from a worker for a signed-in user. The API signs it
 * with a key for that worker only (Ed25519). Workers have only the public key, so no secret of a device
 * or worker can create a grant. A worker's address comes from the bus: a forged address learns nothing
 * that is valid elsewhere. For Node.js only, therefore not in the index that browsers load.
 */
export interface GrantedRequest {
  readonly method: string;
  /** As in the request line: path with query, no host. */
  readonly path: string;
  /** A string means its UTF-8 bytes. Empty where the request has no body. */
  readonly body: string | Uint8Array;
}

const hex = (length: number) => z.string().regex(new RegExp(`^[0-9a-f]{${length}}$`));

const grantSchema = z.strictObject({
  /** Never used twice: 32 hexadecimal digits. */
  id: hex(32),
  /** The worker that may take it. */
  worker: slug,
  /**
   * `open` begins the view, `keep` prolongs it, `end` ends it. `diagnose` begins none: the worker looks
   * at the camera once and answers what it found. `replay` is of a replay and its state. `setup` asks about
   * what is not a camera of the worker yet: the body says what, sealed. `clip` asks for a clip of a violation that
   * the API found itself: no person asks, and the session is the API's own.
   */
  action: z.enum(['open', 'keep', 'end', 'still', 'diagnose', 'replay', 'setup', 'clip']),
  /** The view or replay, by the API's id: 32 hexadecimal digits, another for each. */
  view: hex(32),
  /** The camera to open, diagnose, replay or cut a clip of; null where a view ends or is renewed. */
  camera: slug.nullable(),
  /** Digest of the session of the person who asked: 64 hexadecimal digits. */
  session: hex(64),
  /** When it was signed and until when it is taken: ms since 1970, UTC, by the API's clock. */
  issuedAt: z.number().int().positive(),
  expiresAt: z.number().int().positive(),
  /** Until when packets may be sent without another grant: ms since 1970. */
  viewUntil: z.number().int().positive(),
  method: z.string().max(16),
  path: z.string().max(512),
  /** SHA-256 of the body. */
  body: hex(64),
});
export type LiveGrant = z.infer<typeof grantSchema>;

/** A public key of the API for one worker. */
export interface LiveKey {
  readonly id: string;
  /** SPKI in base64. */
  readonly publicKey: string;
}

/** How far apart the clocks of API and worker may be, in ms. */
export const CLOCK_TOLERANCE_MS = 60_000;
/** How long a request may be on its way, in ms. */
export const GRANT_LASTS_MS = 30_000;

const SCHEME = 'Anshi-Live';
const HEADER = new RegExp(
  `^${SCHEME} k=([0-9a-z]{1,32}), g=([A-Za-z0-9_-]{1,4000}), s=([A-Za-z0-9_-]{86})$`,
);
/** No other use of the key can give a text that begins so. */
const DOMAIN = 'anshi live grant v1\n';

/** A new pair: the private half as PKCS #8 in base64, which only the API may see. */
export function newLiveKeyPair(): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}

const digestOf = (body: string | Uint8Array) => createHash('sha256').update(body).digest('hex');

/**
 * A pseudonym of the user's session for the worker: enough to tell two apart, useless elsewhere.
 */
export const sessionDigest = (session: string): string =>
  digestOf(`anshi live session\n${session}`);

/** @returns the value of the header `authorization` for this one request. */
export function signLiveGrant(
  key: { readonly id: string; readonly privateKey: KeyObject },
  request: GrantedRequest,
  grant: Omit<LiveGrant, 'method' | 'path' | 'body'>,
): string {
  const { method, path, body } = request;
  const whole: LiveGrant = { ...grant, method, path, body: digestOf(body) };
  const text = JSON.stringify(whole);
  const signature = sign(null, Buffer.from(DOMAIN + text), key.privateKey).toString('base64url');
  return `${SCHEME} k=${key.id}, g=${Buffer.from(text).toString('base64url')}, s=${signature}`;
}

/** Which key a header names; undefined where it is no grant. Proves nothing. */
export const grantKeyId = (header: string | undefined): string | undefined =>
  HEADER.exec(header ?? '')?.[1];

/** Why a grant is refused, in words for the log of the API and for people. */
export class GrantRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'GrantRefused';
  }
}

/** The worker's side: takes each grant that was signed for it once. */
export class LiveGrantCheck {
  readonly #worker: string;
  readonly #most: number;
  #keys = new Map<string, KeyObject>();
  /** Grants that could still come again -> when they no longer can, ms since 1970. */
  readonly #seen = new Map<string, number>();

  /** @param most ids kept; far more than people can open live views in two minutes. */
  constructor(worker: string, most = 10_000) {
    this.#worker = worker;
    this.#most = most;
  }

  /** The keys that count from now on. What is no Ed25519 key is left out. */
  setKeys(keys: readonly LiveKey[]): void {
    const read = keys.flatMap(({ id, publicKey }): [string, KeyObject][] => {
      try {
        const der = Buffer.from(publicKey, 'base64');
        const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
        return key.asymmetricKeyType === 'ed25519' ? [[id, key]] : [];
      } catch {
        return [];
      }
    });
    this.#keys = new Map(read);
  }

  /** Whether the key that the header names is known. */
  knows(header: string | undefined): boolean {
    const id = grantKeyId(header);
    return id !== undefined && this.#keys.has(id);
  }

  /**
   * Only what the API signed gets beyond the first refusal, so that others neither fill the memory of
   * ids nor learn about the clock.
   *
   * @returns the grant, which is taken only once.
   * @throws GrantRefused
   */
  take(header: string | undefined, request: GrantedRequest, now = Date.now()): LiveGrant {
    const grant = this.#verified(header);
    if (grant.worker !== this.#worker) {
      throw new GrantRefused(`the grant is for the worker "${grant.worker}"`);
    }
    const { method, path, body } = request;
    if (grant.method !== method || grant.path !== path || grant.body !== digestOf(body)) {
      throw new GrantRefused('the grant is for another request');
    }
    if (grant.issuedAt - now > CLOCK_TOLERANCE_MS || now - grant.expiresAt > CLOCK_TOLERANCE_MS) {
      const apart = Math.round(Math.abs(now - grant.issuedAt) / 1000);
      throw new GrantRefused(
        `the grant was signed ${apart} s ${now > grant.issuedAt ? 'ago' : 'from now'} by the worker's clock; set the clocks of the API and the worker by the same source`,
      );
    }
    if (this.#seen.has(grant.id)) throw new GrantRefused('the grant was used before');
    if (this.#seen.size >= this.#most) this.#forget(now);
    // Forgetting one that could come again would open the door to it.
    if (this.#seen.size >= this.#most) {
      throw new GrantRefused('too many requests; try again in two minutes');
    }
    this.#seen.set(grant.id, grant.expiresAt + CLOCK_TOLERANCE_MS);
    return grant;
  }

  #verified(header: string | undefined): LiveGrant {
    const [, keyId = '', encoded = '', signature = ''] = HEADER.exec(header ?? '') ?? [];
    const key = this.#keys.get(keyId);
    const text = Buffer.from(encoded, 'base64url').toString('utf8');
    const isSigned =
      key !== undefined &&
      verify(null, Buffer.from(DOMAIN + text), key, Buffer.from(signature, 'base64url'));
    const read = isSigned ? grantSchema.safeParse(readJson(text)) : undefined;
    if (!read?.success) {
      throw new GrantRefused('only the API opens live views here, with a grant that it signed');
    }
    return read.data;
  }

  #forget(now: number): void {
    for (const [id, until] of this.#seen) if (until < now) this.#seen.delete(id);
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
