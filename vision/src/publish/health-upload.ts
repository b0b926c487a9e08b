import type { HealthMinutes as Body, HealthMinute } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { HealthMinutes } from '../health/minutes.ts';
import type { WorkerCredential } from './worker-credential.ts';

const TIMEOUT_MS = 10_000;
/** Minutes of one request. */
const MOST_AT_ONCE = 60;
/** After a failure it is tried again so late, ms. */
const AGAIN_MS = 15_000;
/** The API has understood and will never take them. */
const FINAL = [400, 409, 413, 415, 422];

export interface HealthUploadOptions {
  readonly api: string;
  readonly worker: string;
  readonly credential: Pick<WorkerCredential, 'secret' | 'ready' | 'refused'>;
  readonly minutes: Pick<HealthMinutes, 'oldest' | 'taken'>;
  readonly log: Logger;
}

/** Gives the API the minutes of this worker, which wait in memory while it is away. */
export class HealthUpload {
  readonly #options: HealthUploadOptions;
  readonly #leaving = new AbortController();
  #sending: Promise<void> | undefined;
  #notBefore = 0;
  #told = '';

  constructor(options: HealthUploadOptions) {
    this.#options = options;
  }

  /** Sends what waits, where it does not already. */
  poke(): void {
    if (this.#sending || this.#leaving.signal.aborted || performance.now() < this.#notBefore)
      return;
    if (this.#options.minutes.oldest(1).length === 0) return;
    this.#sending = this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  async close(): Promise<void> {
    this.#leaving.abort();
    await this.#sending;
  }

  async #send(): Promise<void> {
    const { minutes, credential, log } = this.#options;
    try {
      await credential.ready();
      for (;;) {
        const some = minutes.oldest(MOST_AT_ONCE);
        if (some.length === 0) break;
        await this.#post(some);
        minutes.taken(some);
      }
      this.#told = '';
    } catch (error) {
      if (this.#leaving.signal.aborted) return;
      this.#notBefore = performance.now() + AGAIN_MS;
      const why = (error as Error).message;
      if (why !== this.#told) log.warn({ why }, 'minutes of health wait for the API');
      this.#told = why;
    }
  }

  async #post(some: readonly HealthMinute[]): Promise<void> {
    const { api, worker, credential, log } = this.#options;
    const body: Body = { worker, minutes: [...some] };
    const answer = await fetch(`${api.replace(/\/$/, '')}/api/v1/ingest/health`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${credential.secret}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.any([this.#leaving.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const text = await answer.text();
    if (answer.ok) return;
    if (answer.status === 401) credential.refused();
    if (!FINAL.includes(answer.status)) throw new Error(`the API answered ${answer.status}`);
    log.error({ status: answer.status, text: text.slice(0, 300) }, 'minutes of health are refused');
  }
}
