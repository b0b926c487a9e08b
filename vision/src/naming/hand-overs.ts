import type { HandOverSeen } from '@anshi/contracts';
import type { HandOverStore } from './hand-over-file.ts';
import type { FloorHandOver } from './messages.ts';

/** A hand-over that the API does not hold yet is told again after this, ms. */
const AGAIN_MS = 5_000;
/** One that was told for ten minutes is told less often, ms. */
const LONG_MS = 10 * 60_000;
const SELDOM_MS = 60_000;
/** The API takes none that is older, and handles are of a day, ms. */
const LONGEST_MS = 48 * 3_600_000;
/** More are not kept; the oldest go. */
const MOST = 200;

export type HandOverSaid = Omit<HandOverSeen, 'worker'>;

interface Waiting {
  readonly said: HandOverSaid;
  /** Monotonic, ms. */
  readonly since: number;
  toldAt: number;
}

export interface HandOversOptions {
  readonly onTell: (said: HandOverSaid) => void;
  readonly store: HandOverStore;
  /** Monotonic, ms. */
  readonly now?: () => number;
  /** Milliseconds of wall time. */
  readonly wall?: () => number;
}

/** Hand-overs in view that the API does not hold yet: each is kept on the disk, and told, until it does. */
export class HandOvers {
  readonly #onTell: (said: HandOverSaid) => void;
  readonly #store: HandOverStore;
  readonly #now: () => number;
  readonly #wall: () => number;
  #waiting: readonly Waiting[] = [];
  /** Badges that the API holds as suspect. */
  #held: ReadonlySet<string> = new Set();

  constructor({ onTell, store, now, wall }: HandOversOptions) {
    this.#onTell = onTell;
    this.#store = store;
    this.#now = now ?? (() => performance.now());
    this.#wall = wall ?? Date.now;
    const since = this.#now();
    this.#waiting = store.kept.map((said) => ({ said, since, toldAt: Number.NEGATIVE_INFINITY }));
  }

  /** Badges that were handed over, and that the API does not hold as suspect yet. */
  get waiting(): string[] {
    const badges = this.#waiting.flatMap(({ said }) => said.badges);
    return [...new Set(badges)].filter((badge) => !this.#held.has(badge));
  }

  /** One was seen; it is told at once. */
  add(handOver: FloorHandOver, isWithdrawn: (badge: string) => boolean): void {
    const { at, camera, track, floorPlan, before, after } = handOver;
    const badges = [before, after].filter((badge) => !isWithdrawn(badge));
    if (badges.length === 0) return;
    const said = { camera, floorPlan, at: new Date(at).toISOString(), track, badges };
    const one = { said, since: this.#now(), toldAt: this.#now() };
    this.#keep([...this.#waiting, one].slice(-MOST));
    this.#onTell(said);
  }

  /** All badges that the API holds as suspect now. */
  held(badges: readonly string[]): void {
    this.#held = new Set(badges);
    this.#keep(this.#notHeld(this.#waiting));
  }

  /** Badges that may no longer be used. */
  forget(badges: readonly string[]): void {
    const left = this.#waiting.flatMap((one) => {
      const stay = one.said.badges.filter((badge) => !badges.includes(badge));
      if (stay.length === one.said.badges.length) return [one];
      return stay.length === 0 ? [] : [{ ...one, said: { ...one.said, badges: stay } }];
    });
    this.#keep(this.#notHeld(left));
  }

  /** Tells again what is due; call it several times a second. */
  tell(): void {
    const now = this.#now();
    const oldest = this.#wall() - LONGEST_MS;
    this.#keep(this.#waiting.filter(({ said }) => Date.parse(said.at) >= oldest));
    for (const one of this.#waiting) {
      const rest = now - one.since < LONG_MS ? AGAIN_MS : SELDOM_MS;
      if (now - one.toldAt < rest) continue;
      one.toldAt = now;
      this.#onTell(one.said);
    }
  }

  /** Waits until they are on the disk. */
  close(): Promise<void> {
    return this.#store.flush();
  }

  #notHeld(waiting: readonly Waiting[]): Waiting[] {
    return waiting.filter(({ said }) => said.badges.some((badge) => !this.#held.has(badge)));
  }

  #keep(waiting: readonly Waiting[]): void {
    const isSame =
      waiting.length === this.#waiting.length &&
      waiting.every((one, n) => one === this.#waiting[n]);
    this.#waiting = waiting;
    if (!isSame) this.#store.keep(waiting.map(({ said }) => said));
  }
}
