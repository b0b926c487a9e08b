import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * How the API authenticates a request to a worker without sending their shared secret: a worker's
 * address comes from the bus, so an impostor at that address must not learn a secret. For Node.js
 * only, therefore not in the index that browsers load.
 */
export interface WorkerRequest {
  readonly method: string;
  /** As in the request line: path with query, no host. */
  readonly path: string;
  /** A string stands for its UTF-8 bytes. Empty for a request without a body. */
  readonly body: string | Uint8Array;
}

/** The content of the header `authorization`. */
export interface WorkerSignature {
  /** Time of signing: ms since 1970, UTC, by the API's clock. */
  readonly time: number;
  /** 32 lower-case hexadecimal digits, unique per request. */
  readonly nonce: string;
  /** HMAC-SHA256 (RFC 2104) of `textToSign`, 64 lower-case hexadecimal digits. */
  readonly hmac: string;
}

/** Maximum clock difference plus transit time, in ms. */
export const SIGNATURE_WINDOW_MS = 60_000;

const SCHEME = 'Anshi-HMAC-SHA256';
const HEADER = new RegExp(`^${SCHEME} t=([1-9]\\d{0,14}), n=([0-9a-f]{32}), s=([0-9a-f]{64})$`);

/** No part can contain a line break, so that the text is unambiguous. */
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

/** @returns undefined where the header is missing or of another scheme or format. */
export function parseSignature(header: string | undefined): WorkerSignature | undefined {
  const [, time, nonce, hmac] = HEADER.exec(header ?? '') ?? [];
  if (!time || !nonce || !hmac) return undefined;
  return { time: Number(time), nonce, hmac };
}

/** @returns the value of the header `authorization` for this request. */
export function signWorkerRequest(
  token: string,
  request: WorkerRequest,
  time = Date.now(),
  nonce = randomBytes(16).toString('hex'),
): string {
  const hmac = hmacOf(token, request, { time, nonce }).toString('hex');
  return formatSignature({ time, nonce, hmac });
}

/** The worker's side: accepts each request of a token holder once. */
export class WorkerRequestCheck {
  readonly #token: string;
  readonly #most: number;
  /** Nonces that could still be replayed -> their expiry, ms since 1970. */
  readonly #seen = new Map<string, number>();

  /** @param most maximum number of nonces; far more than live views opened in two minutes. */
  constructor(token: string, most = 10_000) {
    this.#token = token;
    this.#most = most;
  }

  /**
   * Only token holders get beyond the first check, so that others neither fill the nonce memory nor
   * learn about the clock.
   *
   * @returns why the request is refused; undefined where it is allowed, which happens only once.
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
    if (this.#seen.has(given.nonce)) return 'the request is a replay; each is accepted once';
    if (this.#seen.size >= this.#most) this.#forget(now);
    // Forgetting a nonce that has not expired would allow its replay.
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
