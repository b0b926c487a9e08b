import type { OutageStill } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { OutageStills } from '../health/outage-stills.ts';
import type { WorkerCredential } from './worker-credential.ts';

const TIMEOUT_MS = 10_000;
/** After a failure it is tried again so late, ms. */
const AGAIN_MS = 15_000;
/** The API hears of an outage over the bus: where it does not know of it yet, it is asked again so late, ms. */
const UNKNOWN_AGAIN_MS = 2_000;
/** An outage that is not on record after so long was too short to be seen, ms. */
const GIVEN_UP_MS = 600_000;
/** The API has understood and will never take it. */
const FINAL = [400, 403, 409, 413, 415, 422];

export interface OutageStillUploadOptions {
  readonly api: string;
  readonly credential: Pick<WorkerCredential, 'secret' | 'ready' | 'refused'>;
  readonly stills: Pick<OutageStills, 'oldest' | 'done' | 'later'>;
  readonly log: Logger;
}

/** Gives the API the stills of outages. */
export class OutageStillUpload {
  readonly #options: OutageStillUploadOptions;
  readonly #leaving = new AbortController();
  /** Since when the API answers that it knows of no such outage, on the monotonic clock. */
  readonly #unknown = new Map<OutageStill, number>();
  #sending: Promise<void> | undefined;
  #notBefore = 0;
  #told = '';

  constructor(options: OutageStillUploadOptions) {
    this.#options = options;
  }

  /** Sends what waits, where it does not already. */
  poke(): void {
    if (this.#sending || this.#leaving.signal.aborted || performance.now() < this.#notBefore)
      return;
    if (!this.#options.stills.oldest) return;
    this.#sending = this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  async close(): Promise<void> {
    this.#leaving.abort();
    await this.#sending;
  }

  async #send(): Promise<void> {
    const { stills, credential, log } = this.#options;
    try {
      await credential.ready();
      for (let still = stills.oldest; still; still = stills.oldest) {
        if (!(await this.#post(still))) {
          this.#notBefore = performance.now() + UNKNOWN_AGAIN_MS;
          break;
        }
        stills.done(still);
        this.#unknown.delete(still);
      }
      this.#told = '';
    } catch (error) {
      if (this.#leaving.signal.aborted) return;
      this.#notBefore = performance.now() + AGAIN_MS;
      const why = (error as Error).message;
      if (why !== this.#told) log.warn({ why }, 'stills of outages wait for the API');
      this.#told = why;
    }
  }

  /** @returns false where it is to be sent again. */
  async #post(still: OutageStill): Promise<boolean> {
    const { api, credential, stills, log } = this.#options;
    const answer = await fetch(`${api.replace(/\/$/, '')}/api/v1/ingest/outage-stills`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${credential.secret}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(still),
      redirect: 'error',
      signal: AbortSignal.any([this.#leaving.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const text = await answer.text();
    if (answer.ok) return true;
    const { camera, fault } = still;
    if (answer.status === 404) {
      const first = this.#unknown.get(still) ?? performance.now();
      this.#unknown.set(still, first);
      if (performance.now() - first > GIVEN_UP_MS) return true;
      stills.later(still);
      return false;
    }
    if (answer.status === 401) credential.refused();
    if (!FINAL.includes(answer.status)) throw new Error(`the API answered ${answer.status}`);
    const about = { status: answer.status, camera, fault, text: text.slice(0, 300) };
    log.error(about, 'a still of an outage is refused');
    return true;
  }
}
