import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EdgeFault } from '@anshi/contracts';
import type { Logger } from 'pino';
import { ApiAway, codeOf, type EdgeApi } from './api.ts';
import type { BootClock } from './boot-clock.ts';
import { apiTime, type Held, isInForce, verifyList } from './permits.ts';
import type { EdgeStore } from './store.ts';

/** The API is asked to wait so long for another list, seconds. */
const WAIT_S = 20;
/** Rest after a request that failed or was refused, ms. */
const REST_MS = 1_000;
/** Rest where the API does not wait as it was asked to, or gives a list that counts no more, ms. */
const SHORT_REST_MS = 250;
const REFUSED_REST_MS = 5_000;

export interface EdgeListsOptions {
  readonly point: string;
  readonly api: EdgeApi;
  readonly store: EdgeStore;
  readonly clock: BootClock;
  /** A key of the configuration counts instead of the one that is pinned at the first contact. */
  readonly publicKey: { keyId: string; publicKey: string } | null;
  readonly log: Logger;
  readonly closing: AbortSignal;
  readonly onFault: (fault: EdgeFault) => void;
  /** The API answered. */
  readonly onOnline: () => void;
}

/** Keeps the list of permits of one point up to date, and says whether it counts. */
export class EdgeLists {
  readonly #options: EdgeListsOptions;
  online = false;

  constructor(options: EdgeListsOptions) {
    this.#options = options;
  }

  /** The list that counts now; null where there is none. */
  get held(): Held | null {
    const { store, clock } = this.#options;
    const { held } = store;
    if (!held) return null;
    const now = { bootMs: clock.bootMs(), bootId: clock.bootId, wallMs: clock.wallMs() };
    return isInForce(held, now) ? held : null;
  }

  /** The last list said that the point stands at a way out; also where that list has ended. */
  get isExit(): boolean {
    return this.#options.store.isExit;
  }

  /** The time of the API: by the last list of this start of the machine, also where it has ended; else by the own clock. */
  get time(): { earliest: number; latest: number } {
    const { store, clock } = this.#options;
    const { held } = store;
    const boot = clock.bootMs();
    if (held?.bootId === clock.bootId && held.gotBoot <= boot) return apiTime(held, boot);
    const wall = clock.wallMs();
    return { earliest: wall, latest: wall };
  }

  /** Asks until the gateway closes. */
  async run(): Promise<void> {
    const { closing, log, point } = this.#options;
    while (!closing.aborted) {
      const rest = await this.#once().catch((err: unknown) => {
        if (!(err instanceof ApiAway) && !closing.aborted) {
          log.error({ err, point }, 'the permits of a point were not taken');
        }
        if (this.online) log.warn({ point }, 'the API does not answer: valid permits count');
        this.online = false;
        return REST_MS;
      });
      if (rest > 0) await sleep(rest, null, { signal: closing }).catch(() => {});
    }
  }

  /** @returns ms until the next request. @throws ApiAway */
  async #once(): Promise<number> {
    const { point, api, store, clock, onFault, onOnline, log } = this.#options;
    const key = await this.#key();
    if (!key) return REFUSED_REST_MS;
    const nonce = randomBytes(16).toString('base64url');
    const askedBoot = clock.bootMs();
    const held = this.held;
    const wait = this.online ? WAIT_S : 0;
    const answer = await api.list(point, { nonce, have: held?.list.sequence ?? null, wait });
    if (!this.online) log.info({ point }, 'the API answers for a point');
    this.online = true;
    onOnline();
    if ('status' in answer) {
      const isShort = wait > 0 && clock.bootMs() - askedBoot < SHORT_REST_MS;
      return answer.status === 304 ? (isShort ? SHORT_REST_MS : 0) : this.#refused(answer);
    }
    const found = verifyList(answer, { device: point, nonce, ...key, highest: store.highest });
    if ('fault' in found) {
      log.error({ point, fault: found.fault }, 'a list of permits is refused');
      onFault(found.fault);
      return REFUSED_REST_MS;
    }
    const { list, apiNow } = found;
    const { bootId } = clock;
    const [gotBoot, gotWall] = [clock.bootMs(), clock.wallMs()];
    await store.take({ list, apiNow, askedBoot, gotBoot, gotWall, bootId });
    return this.held ? 0 : REST_MS;
  }

  /** The right of the point has ended, or it has no list: what it holds counts no more. */
  async #refused(answer: { status: number; body: string }): Promise<number> {
    const code = codeOf(answer);
    if (code === 'gate.edge-not-ready') return REST_MS;
    // A limit of requests says nothing of the right.
    if (answer.status === 429) return REFUSED_REST_MS;
    const { store, log, point } = this.#options;
    if (store.held) {
      log.warn(
        { point, status: answer.status, code },
        'the API gives no permits: they are dropped',
      );
    }
    await store.drop();
    return REFUSED_REST_MS;
  }

  async #key(): Promise<{ keyId: string; publicKey: string } | null> {
    const { publicKey, store, api, log, point } = this.#options;
    const known = publicKey ?? store.key;
    if (known) return known;
    const given = await api.key();
    if ('status' in given) {
      await this.#refused(given);
      return null;
    }
    await store.pin(given);
    log.info({ point, keyId: given.keyId }, 'the key of permits is pinned');
    return given;
  }
}
