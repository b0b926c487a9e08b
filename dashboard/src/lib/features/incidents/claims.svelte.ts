import { live } from '$lib/live/live.svelte.ts';
import { type Claim, claimsApi } from './claims-api.ts';

/** Several changes at once are read once, ms. */
const PAUSE_MS = 200;
/** It is not read more often than this for claims that ended: a clock that runs ahead ends them early, ms. */
const LEAST_MS = 15_000;
/** The lease of the open incident is renewed as often; it lasts ten minutes. */
const RENEW_MS = 240_000;
/** A timer does not wait longer. */
const LONGEST_MS = 2 ** 31 - 1;

interface Options {
  /** The account that looks; null for one that may not review. */
  me: () => string | null;
  /** Called with the incidents whose claim is another one now. */
  onchange?: (incidents: string[]) => void;
  api?: typeof claimsApi;
}

/** Who looks at which incident now, as far as the account may review it. */
export class IncidentClaims {
  #all = $state.raw<ReadonlyMap<string, Claim>>(new Map());
  readonly #of: Options;
  readonly #api: typeof claimsApi;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #ending: ReturnType<typeof setTimeout> | undefined;

  constructor(options: Options) {
    this.#of = options;
    this.#api = options.api ?? claimsApi;
  }

  of(incident: string): Claim | null {
    return this.#all.get(incident) ?? null;
  }

  isMine(incident: string): boolean {
    return this.#all.get(incident)?.by.id === this.#of.me();
  }

  /** The claim of another reviewer; null where there is none. */
  others(incident: string): Claim | null {
    const claim = this.of(incident);
    return claim && claim.by.id !== this.#of.me() ? claim : null;
  }

  /** Follows the changes, and reads again when one ends. @returns stops it. */
  follow(): () => void {
    if (this.#of.me() === null) return () => {};
    const soon = (): void => {
      this.#pause ??= setTimeout(() => {
        this.#pause = undefined;
        void this.load();
      }, PAUSE_MS);
    };
    const stops = [live.on('incidents', 'incident-claims', soon), live.onAgain(soon)];
    void this.load();
    return () => {
      for (const stop of stops) stop();
      clearTimeout(this.#pause);
      clearTimeout(this.#ending);
      this.#pause = undefined;
    };
  }

  /** What cannot be read stays as it was: it hinders no verdict. */
  async load(): Promise<void> {
    const found = await this.#api.list().catch(() => null);
    if (found) this.#set(new Map(found.items.map((one) => [one.incident, one])));
  }

  /** Claims it, or assigns it. @throws ApiError `incident.claimed` where another reviewer has it. */
  async claim(incident: string, body: Parameters<typeof claimsApi.claim>[1] = {}): Promise<Claim> {
    const claim = await this.#api.claim({ id: incident }, body);
    this.#set(new Map([...this.#all, [incident, claim]]));
    return claim;
  }

  async release(incident: string): Promise<void> {
    await this.#api.release({ id: incident });
    this.ended(incident);
  }

  /** It was decided. */
  ended(incident: string): void {
    this.#set(new Map([...this.#all].filter(([id]) => id !== incident)));
  }

  /** Renews the claim of the incident on the screen, as long as it is there. @returns stops it. */
  keep(incident: string): () => void {
    const timer = setInterval(() => {
      if (!this.isMine(incident) || document.visibilityState === 'hidden') return;
      this.claim(incident).catch(() => this.load());
    }, RENEW_MS);
    return () => clearInterval(timer);
  }

  #set(next: ReadonlyMap<string, Claim>): void {
    const before = this.#all;
    this.#all = next;
    const ids = new Set([...before.keys(), ...next.keys()]);
    const changed = [...ids].filter((id) => before.get(id)?.by.id !== next.get(id)?.by.id);
    if (changed.length > 0) this.#of.onchange?.(changed);
    clearTimeout(this.#ending);
    const ends = [...next.values()].map(({ until }) => Date.parse(until) - Date.now());
    if (ends.length === 0) return;
    // It may have been renewed: the list says so.
    const wait = Math.min(Math.max(Math.min(...ends) + PAUSE_MS, LEAST_MS), LONGEST_MS);
    this.#ending = setTimeout(() => void this.load(), wait);
  }
}

/** The initials of a name, two letters at most: 李 of 李值班, LZ of Li Zhiban. */
export function initials(name: string): string {
  const [first = '', ...rest] = name.trim().split(/\s+/);
  const last = rest.at(-1) ?? '';
  return `${[...first][0] ?? ''}${[...last][0] ?? ''}`.toUpperCase();
}
