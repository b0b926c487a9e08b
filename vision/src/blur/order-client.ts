import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { type BlurOrder, blurClaim } from '@anshi/contracts';

const TIMEOUT_MS = 10_000;
const DOWNLOAD_TIMEOUT_MS = 120_000;

export interface OrderClientOptions {
  readonly api: string;
  readonly credential: { readonly secret: string; ready(): Promise<void>; refused(): void };
}

/** The API's side of the blurring: it gives orders, and the evidence that they are about. */
export class OrderClient {
  readonly #api: string;
  readonly #credential: OrderClientOptions['credential'];
  readonly #leaving = new AbortController();

  constructor({ api, credential }: OrderClientOptions) {
    this.#api = `${api.replace(/\/$/, '')}/api/v1/ingest/blur-orders`;
    this.#credential = credential;
  }

  /** The next order; the same as before where that was not answered. Null where there is none. */
  async claim(): Promise<BlurOrder | null> {
    const answer = await this.#ask('POST', '/claim', TIMEOUT_MS);
    if (answer.status !== 200) throw await refusal(answer);
    return blurClaim.parse(await answer.json()).order;
  }

  /**
   * Writes the evidence of an order to a file.
   *
   * @returns false where it is not there any more.
   */
  async download(
    { violation, of }: BlurOrder,
    which: 'original' | 'boxes',
    file: string,
  ): Promise<boolean> {
    const answer = await this.#ask('GET', `/${violation}/${of}/${which}`, DOWNLOAD_TIMEOUT_MS);
    if (answer.status === 404 || answer.status === 410) {
      await answer.body?.cancel();
      return false;
    }
    if (answer.status !== 200 || !answer.body) throw await refusal(answer);
    await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(file));
    return true;
  }

  /** Says that a rendition cannot be made; the API decides whether it is tried again. */
  async failed({ violation, of }: BlurOrder, reason: string): Promise<void> {
    const body = JSON.stringify({ reason: reason.slice(0, 500) });
    const answer = await this.#ask('POST', `/${violation}/${of}/failed`, TIMEOUT_MS, body);
    if (answer.status !== 204) throw await refusal(answer);
  }

  close(): void {
    this.#leaving.abort();
  }

  async #ask(method: string, path: string, timeout: number, body?: string): Promise<Response> {
    await this.#credential.ready();
    const answer = await fetch(`${this.#api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#credential.secret}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body ?? null,
      redirect: 'error',
      signal: AbortSignal.any([this.#leaving.signal, AbortSignal.timeout(timeout)]),
    });
    if (answer.status === 401) this.#credential.refused();
    return answer;
  }
}

async function refusal(answer: Response): Promise<Error> {
  const text = await answer.text().catch(() => '');
  return new Error(`the API answered ${answer.status}: ${text.slice(0, 200)}`);
}
