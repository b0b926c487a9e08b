import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newDeviceSecret, parseDeviceSecret } from '@anshi/contracts/device-secret';
import type { LiveKey } from '@anshi/contracts/live-grant';
import type { Logger } from 'pino';
import { z } from 'zod';
import { writeDurably } from './durable-file.ts';
import type { EvidenceSigner } from './evidence-signer.ts';

const TIMEOUT_MS = 10_000;
/** The API is asked again at most this often: where it is away, and where it refused. */
const ASK_EVERY_MS = 2_000;
const ASK_REFUSED_EVERY_MS = 30_000;
/** The clocks are compared again after this time. */
const COMPARE_EVERY_MS = 600_000;

const self = z.object({
  worker: z.string(),
  liveKeys: z.array(z.object({ id: z.string(), publicKey: z.string() })),
  // An API of an earlier version says neither.
  time: z.iso.datetime().optional(),
  evidenceKeys: z.array(z.object({ id: z.string(), state: z.string() })).optional(),
});

export interface CredentialOptions {
  readonly worker: string;
  readonly api: string;
  /** Where the worker keeps the secret that it made for itself. */
  readonly folder: string;
  /** A secret made by an administrator or by the plant; it wins over the kept one. */
  readonly secret?: string | undefined;
  /** The token that workers enrol with, until each has a credential of its own. */
  readonly enrolToken?: string | undefined;
  readonly log: Logger;
  /** The key that signs evidence, which the API must know. */
  readonly signer?: Pick<EvidenceSigner, 'keyId' | 'publicKey' | 'compare' | 'renew'>;
  /** Called with the public keys of live views, each time the API sends them. */
  readonly onLiveKeys?: (keys: readonly LiveKey[]) => void;
}

/**
 * The worker's own credential. Without one from outside, the worker makes a secret and enrols by the
 * shared token, once. From then on it proves itself by its own secret alone.
 */
export class WorkerCredential {
  readonly secret: string;
  readonly #options: CredentialOptions;
  readonly #api: string;
  #isAccepted = false;
  #asking: Promise<void> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  #problem: string | null = null;

  private constructor(options: CredentialOptions, secret: string) {
    this.#options = options;
    this.secret = secret;
    this.#api = options.api.replace(/\/$/, '');
  }

  /** @throws Error where the kept file cannot be read or written. */
  static async open(options: CredentialOptions): Promise<WorkerCredential> {
    if (options.secret !== undefined) return new WorkerCredential(options, options.secret);
    const file = join(options.folder, 'credential');
    const kept = readKept(file);
    if (kept) return new WorkerCredential(options, kept);
    const { text } = newDeviceSecret();
    await writeDurably(file, `${text}\n`, { mode: 0o600 });
    return new WorkerCredential(options, text);
  }

  /** Why the API does not take this worker's credential; null where it does, or was not asked. */
  get problem(): string | null {
    return this.#problem;
  }

  /**
   * Waits until the API has accepted the credential, where it has not yet.
   *
   * @throws Error where it does not, with what to do; try again later.
   */
  async ready(): Promise<void> {
    const isOld = performance.now() - this.#askedAt > COMPARE_EVERY_MS;
    if (!this.#isAccepted) await this.refresh();
    else if (isOld) await this.refresh().catch(() => {});
  }

  /** Refused by the API: requested again before the next use. */
  refused(): void {
    this.#isAccepted = false;
  }

  /**
   * Asks the API for what this worker must know of itself, and enrols where the API does not know it.
   * Asked again within two seconds, or thirty after a refusal, it answers as before.
   *
   * @throws Error as {@link ready}.
   */
  async refresh(): Promise<void> {
    const pause = this.#problem === null ? ASK_EVERY_MS : ASK_REFUSED_EVERY_MS;
    if (!this.#asking && performance.now() - this.#askedAt >= pause) {
      this.#askedAt = performance.now();
      this.#asking = this.#ask().finally(() => {
        this.#asking = undefined;
      });
    }
    await this.#asking;
    if (!this.#isAccepted) throw new Error(this.#problem ?? 'the API was asked a moment ago');
  }

  async #ask(): Promise<void> {
    try {
      const known = await this.#self();
      if (known) return await this.#take(known);
      await this.#enrol();
      const enrolled = await this.#self();
      if (!enrolled) throw new Error('the API does not know it right after it enrolled');
      this.#options.log.info({ worker: this.#options.worker }, 'enrolled at the API');
      await this.#take(enrolled);
    } catch (error) {
      this.#isAccepted = false;
      // An API that is away is told elsewhere, and comes back.
      const isAway = error instanceof TypeError || (error as Error).name === 'TimeoutError';
      const why = isAway ? 'the API is not reachable' : (error as Error).message;
      const message = `the API does not take this worker's credential: ${why}`;
      this.#problem = isAway ? null : message;
      throw new Error(message);
    }
  }

  async #take({ worker, liveKeys, evidenceKeys }: z.infer<typeof self>): Promise<void> {
    if (worker !== this.#options.worker) {
      throw new Error(
        `ANSHI_WORKER_SECRET is that of "${worker}", and this is "${this.#options.worker}"; set the secret of its own`,
      );
    }
    const problem = evidenceKeys ? await this.#enrolKey(evidenceKeys) : null;
    this.#isAccepted = true;
    this.#problem = problem;
    this.#options.onLiveKeys?.(liveKeys);
  }

  /**
   * Evidence goes when the API knows the key that signed it. Where it refuses the key, evidence goes all
   * the same, and is recorded with what is wrong with its signature.
   *
   * @returns the problem, null for none.
   */
  async #enrolKey(known: readonly { id: string; state: string }[]): Promise<string | null> {
    const { signer } = this.#options;
    const state = known.find(({ id }) => id === signer?.keyId)?.state;
    if (!signer || state === 'active') return null;
    if (state === 'revoked') await signer.renew();
    const body = JSON.stringify({ publicKey: signer.publicKey });
    const { status, text } = await this.#send('PUT', this.secret, body, '/evidence-key');
    if (status >= 500) throw new Error(`it answered ${status} to the key of the evidence`);
    if (status !== 200) {
      return `the API does not take the key that signs evidence (${status} ${codeIn(text)}): look at /admin/devices`;
    }
    this.#options.log.info({ key: signer.keyId }, 'the key of the evidence is enrolled');
    return null;
  }

  /** @returns undefined where the API refuses the secret. */
  async #self(): Promise<z.infer<typeof self> | undefined> {
    const sentAt = Date.now();
    const answer = await this.#send('GET', this.secret);
    const receivedAt = Date.now();
    if (answer.status === 401) return undefined;
    if (answer.status !== 200) throw new Error(`it answered ${answer.status}`);
    const known = self.parse(JSON.parse(answer.text));
    if (known.time) this.#options.signer?.compare(Date.parse(known.time), sentAt, receivedAt);
    return known;
  }

  async #enrol(): Promise<void> {
    const { enrolToken, worker } = this.#options;
    if (enrolToken === undefined) {
      throw new Error('make one at /admin/devices and set it as ANSHI_WORKER_SECRET');
    }
    const body = JSON.stringify({ worker, secret: this.secret });
    const { status, text } = await this.#send('POST', enrolToken, body);
    if (status === 200 || status === 201) return;
    const hint = 'make one at /admin/devices and set it as ANSHI_WORKER_SECRET';
    throw new Error(`it does not enrol "${worker}" (${status} ${codeIn(text)}); ${hint}`);
  }

  async #send(method: string, bearer: string, body?: string, below = '') {
    const answer = await fetch(`${this.#api}/api/v1/ingest/worker${below}`, {
      method,
      headers: {
        authorization: `Bearer ${bearer}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body ?? null,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: answer.status, text: await answer.text() };
  }
}

function readKept(file: string): string | undefined {
  try {
    return parseDeviceSecret(readFileSync(file, 'utf8').trim())?.text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The problem's code, where the answer is one. */
function codeIn(text: string): string {
  try {
    return String((JSON.parse(text) as { code?: unknown }).code ?? '');
  } catch {
    return '';
  }
}
