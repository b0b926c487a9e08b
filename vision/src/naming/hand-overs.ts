import type { HandOverSeen } from '@anshi/contracts';
import type { FloorHandOver } from './messages.ts';

/** A hand-over that the API does not hold yet is told again after this, ms. */
const AGAIN_MS = 5_000;
/** For so long at most, ms: one that the API does not take by then it will not take. */
const LONGEST_MS = 10 * 60_000;
/** More are not kept; the oldest go. */
const MOST = 200;

export type HandOverSaid = Omit<HandOverSeen, 'worker'>;

interface Waiting {
  readonly said: HandOverSaid;
  /** Monotonic, ms. */
  readonly since: number;
  toldAt: number;
}

/** Hand-overs in view that the API does not hold yet: each is told until it does. */
export class HandOvers {
  readonly #onTell: (said: HandOverSaid) => void;
  readonly #now: () => number;
  #waiting: Waiting[] = [];
  /** Badges that the API holds as suspect. */
  #held: ReadonlySet<string> = new Set();

  /** @param now monotonic, ms. */
  constructor(onTell: (said: HandOverSaid) => void, now: () => number = () => performance.now()) {
    this.#onTell = onTell;
    this.#now = now;
  }

  /** One was seen; it is told at once. */
  add(handOver: FloorHandOver, isWithdrawn: (badge: string) => boolean): void {
    const { at, camera, track, floorPlan, before, after } = handOver;
    const badges = [before, after].filter((badge) => !isWithdrawn(badge));
    if (badges.length === 0) return;
    const said = { camera, floorPlan, at: new Date(at).toISOString(), track, badges };
    this.#waiting.push({ said, since: this.#now(), toldAt: this.#now() });
    this.#waiting = this.#waiting.slice(-MOST);
    this.#onTell(said);
  }

  /** All badges that the API holds as suspect now. */
  held(badges: readonly string[]): void {
    this.#held = new Set(badges);
    this.#drop();
  }

  /** Badges that may no longer be used. */
  forget(badges: readonly string[]): void {
    this.#waiting = this.#waiting.flatMap((one) => {
      const left = one.said.badges.filter((badge) => !badges.includes(badge));
      return left.length === 0 ? [] : [{ ...one, said: { ...one.said, badges: left } }];
    });
    this.#drop();
  }

  /** Tells again what is due; call it several times a second. */
  tell(): void {
    const now = this.#now();
    this.#waiting = this.#waiting.filter(({ since }) => now - since < LONGEST_MS);
    for (const one of this.#waiting) {
      if (now - one.toldAt < AGAIN_MS) continue;
      one.toldAt = now;
      this.#onTell(one.said);
    }
  }

  #drop(): void {
    this.#waiting = this.#waiting.filter(({ said }) =>
      said.badges.some((badge) => !this.#held.has(badge)),
    );
  }
}
