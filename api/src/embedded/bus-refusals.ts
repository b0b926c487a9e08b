import type { BusRefusal } from '@anshi/contracts';

/** Minimum interval between reports to the API. */
const EVERY_MS = 1_000;
/** Kinds of refusals that are counted at once: names of users come from outside. */
const MOST = 200;

/**
 * Counts what the broker refuses and tells it in batches, so that a flood of forbidden messages is a few
 * lines a second.
 */
export class RefusalCounter {
  readonly #tell: (refusals: BusRefusal[]) => void;
  readonly #open = new Map<string, BusRefusal>();
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (refusals: BusRefusal[]) => void) {
    this.#tell = tell;
  }

  note(user: string, what: BusRefusal['what'], topic: string | null): void {
    const key = `${user} ${what}`;
    const known = this.#open.get(key);
    const at = new Date().toISOString();
    const shown = topic?.slice(0, 256) ?? null;
    if (known) this.#open.set(key, { ...known, count: known.count + 1, topic: shown, at });
    else if (this.#open.size < MOST) {
      this.#open.set(key, { user: user.slice(0, 160), what, topic: shown, count: 1, at });
    }
    this.#timer ??= setTimeout(() => this.flush(), EVERY_MS).unref();
  }

  /** Reports pending refusals. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#open.size === 0) return;
    const refusals = [...this.#open.values()];
    this.#open.clear();
    this.#tell(refusals);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
