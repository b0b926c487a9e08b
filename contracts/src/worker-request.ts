import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * How the API proves to a worker that a request is its own, without sending the secret they share:
 * a worker's address comes from the bus, so whoever answers there must learn nothing that opens
 * another door. For node only, therefore not in the index that browsers load.
 */
export interface WorkerRequest {
  readonly method: string;
  /** As it stands in the request line: path with query, no host. */
  readonly path: string;
  /** Text stands for its UTF-8 bytes. Empty where the request has none. */
  readonly body: string | Uint8Array;
}

/** What the header `authorization` carries. */
export interface WorkerSignature {
  /** When it was signed: ms since 1970, UTC, by the API's clock. */
  readonly time: number;
  /** 32 lower-case hexadecimal digits, never used twice. */
  readonly nonce: string;
  /** HMAC-SHA256 (RFC 2104) of `textToSign`, 64 lower-case hexadecimal digits. */
  readonly hmac: string;
}

/** How far apart the clocks may be, and how long a request may be on its way, in ms. */
export const SIGNATURE_WINDOW_MS = 60_000;

const SCHEME = 'Anshi-HMAC-SHA256';
const HEADER = new RegExp(`^${SCHEME} t=([1-9]\\d{0,14}), n=([0-9a-f]{32}), s=([0-9a-f]{64})$`);

/** No part can hold a line break, so that two requests never give the same text. */
export function textToSign(
  request: WorkerRequest,
  { time, nonce }: Pick<WorkerSignature, 'time' | 'nonce'>,
): string {
  const digest = createHash('sha256').update(request.body).digest('hex');
  return `${request.method}\n${request.path}\n${time}\n${nonce}\n${digest}`;
}

export function formatSignature({ time, nonce, hmac }: WorkerSignature): string {
  return `${SCHEME} t=${time}, n=${nonce}, s=${hmac}`;
}

/** @returns undefined where the header is missing or of another scheme or shape. */
export function parseSignature(header: string | undefined): WorkerSignature | undefined {
  const [, time, nonce, hmac] = HEADER.exec(header ?? '') ?? [];
  if (!time || !nonce || !hmac) return undefined;
  return { time: Number(time), nonce, hmac };
}

/** @returns the value of the header `authorization` for this one request. */
export function signWorkerRequest(
  token: string,
  request: WorkerRequest,
  time = Date.now(),
  nonce = randomBytes(16).toString('hex'),
): string {
  const hmac = hmacOf(token, request, { time, nonce }).toString('hex');
  return formatSignature({ time, nonce, hmac });
}

/** The worker's side: takes each request of a holder of the token once. */
export class WorkerRequestCheck {
  readonly #token: string;
  readonly #most: number;
  /** Nonces that could still come again -> when they no longer can, ms since 1970. */
  readonly #seen = new Map<string, number>();

  /** @param most nonces kept; far more than people can open live views in two minutes. */
  constructor(token: string, most = 10_000) {
    this.#token = token;
    this.#most = most;
  }

  /**
   * Only who holds the token gets beyond the first refusal, so that others neither fill the memory
   * of nonces nor learn about the clock.
   *
   * @returns why the request is refused; undefined where it is allowed, which it is only once.
   */
  refusal(
    header: string | undefined,
    request: WorkerRequest,
    now = Date.now(),
  ): string | undefined {
    const given = parseSignature(header);
    const hmac = given && Buffer.from(given.hmac, 'hex');
    if (!given || !hmac || !timingSafeEqual(hmac, hmacOf(this.#token, request, given))) {
      return 'the signature is missing or wrong; ANSHI_WORKER_TOKEN must be the same at the API and at the worker';
    }
    const apart = now - given.time;
    if (Math.abs(apart) > SIGNATURE_WINDOW_MS) {
      return `the request was signed ${Math.round(Math.abs(apart) / 1000)} s ${apart > 0 ? 'ago' : 'from now'} by the worker's clock; set the clocks of the API and the worker by the same source`;
    }
    if (this.#seen.has(given.nonce)) return 'the request came before; each is taken once';
    if (this.#seen.size >= this.#most) this.#forget(now);
    // Forgetting one that could come again would open the door to it.
    if (this.#seen.size >= this.#most) return 'too many requests; try again in two minutes';
    this.#seen.set(given.nonce, given.time + SIGNATURE_WINDOW_MS);
    return undefined;
  }

  #forget(now: number): void {
    for (const [nonce, until] of this.#seen) if (until < now) this.#seen.delete(nonce);
  }
}

function hmacOf(
  token: string,
  request: WorkerRequest,
  signature: Pick<WorkerSignature, 'time' | 'nonce'>,
): Buffer {
  return createHmac('sha256', token).update(textToSign(request, signature)).digest();
}
