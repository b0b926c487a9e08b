import { Problem } from '../http/errors.ts';

/** Those of one key that may wait: an office of 300 whose shift begins, for some 8 seconds. */
const WAITING_OF_ONE = 320;
/** Of all keys of a class. */
const WAITING = 2_000;
/** A client that waits longer has given up or tries again. */
const LONGEST_WAIT_MS = 45_000;

interface Waiting {
  start: () => void;
  refuse: (problem: Problem) => void;
  since: number;
}

/** The lines of one class, by key, in the order in which they have their turn. */
class Lines {
  readonly #lines = new Map<string, Waiting[]>();
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /**
   * Where all places are taken, the last of the longest line gives way, so that a crowd does not keep
   * out the others.
   */
  add(key: string, one: Waiting): void {
    const line = this.#lines.get(key) ?? [];
    if (line.length >= WAITING_OF_ONE) throw new Problem('auth.busy');
    if (this.#count >= WAITING) {
      let longest = line;
      for (const other of this.#lines.values()) if (other.length > longest.length) longest = other;
      const last = longest === line ? undefined : longest.pop();
      if (!last) throw new Problem('auth.busy');
      this.#count--;
      last.refuse(new Problem('auth.busy'));
    }
    line.push(one);
    this.#lines.set(key, line);
    this.#count++;
  }

  /** The first of the next line, which then has its turn after all others. */
  take(): Waiting | undefined {
    for (const [key, line] of this.#lines) {
      const one = line.shift();
      this.#lines.delete(key);
      if (line.length > 0) this.#lines.set(key, line);
      if (!one) continue;
      this.#count--;
      return one;
    }
    return undefined;
  }
}

/**
 * Runs costly work a few at a time. Keys (addresses) take turns, so that a crowd from one address
 * does not hold up the others (round robin). Preferred work has every second turn, however many other
 * keys there are.
 */
export class FairQueue {
  readonly #atOnce: number;
  readonly #preferred = new Lines();
  readonly #others = new Lines();
  #running = 0;
  #isPreferredNext = true;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** @throws Problem `auth.busy` where too many wait, or one waited too long. */
  async run<Result>(
    key: string,
    work: () => Promise<Result>,
    { preferred = false }: { preferred?: boolean } = {},
  ): Promise<Result> {
    if (this.#running >= this.#atOnce) {
      const lines = preferred ? this.#preferred : this.#others;
      await new Promise<void>((start, refuse) =>
        lines.add(key, { start, refuse, since: performance.now() }),
      );
    } else this.#running++;
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  /** Passes the free place on to the next one, so that a newcomer does not take it. */
  #next(): void {
    for (;;) {
      const isPreferred =
        this.#others.isEmpty || (this.#isPreferredNext && !this.#preferred.isEmpty);
      this.#isPreferredNext = !isPreferred;
      const one = (isPreferred ? this.#preferred : this.#others).take();
      if (!one) break;
      if (performance.now() - one.since <= LONGEST_WAIT_MS) {
        one.start();
        return;
      }
      one.refuse(new Problem('auth.busy'));
    }
    this.#running--;
  }
}
