import type { Location } from '@anshi/contracts';

/** A position with the time of its arrival, RFC 3339. */
export interface Arrived {
  readonly location: Location;
  readonly arrivedAt: string;
}

/**
 * Positions that wait for the next batch, bounded. A burst of one reader takes the place of its own badges, not that of others:
 * each badge keeps its newest ones, and only where all together are too many the badge that waits longest loses its oldest.
 */
export class WaitingPositions {
  readonly #mostOfBadge: number;
  readonly #most: number;
  readonly #byBadge = new Map<string, { n: number; arrived: Arrived }[]>();
  #size = 0;
  #count = 0;

  constructor({ mostOfBadge, most }: { mostOfBadge: number; most: number }) {
    this.#mostOfBadge = mostOfBadge;
    this.#most = most;
  }

  get size(): number {
    return this.#size;
  }

  /** @returns how many were lost for it: none or one. */
  add(arrived: Arrived): 0 | 1 {
    const badge = arrived.location.provider_id;
    const own = this.#byBadge.get(badge) ?? [];
    own.push({ n: this.#count++, arrived });
    this.#byBadge.set(badge, own);
    this.#size++;
    if (own.length > this.#mostOfBadge) {
      own.shift();
      this.#size--;
      return 1;
    }
    if (this.#size <= this.#most) return 0;
    const [oldest, list] = this.#byBadge.entries().next().value!;
    list.shift();
    if (list.length === 0) this.#byBadge.delete(oldest);
    this.#size--;
    return 1;
  }

  /** Takes all of them out, in the order of their arrival. */
  takeAll(): Arrived[] {
    const all = [...this.#byBadge.values()].flat().sort((a, b) => a.n - b.n);
    this.#byBadge.clear();
    this.#size = 0;
    return all.map(({ arrived }) => arrived);
  }
}
