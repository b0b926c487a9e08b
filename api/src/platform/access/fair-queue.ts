import { Problem } from '../http/errors.ts';

/** Those of one address that may wait: an office of 300 whose shift begins, for some 8 seconds. */
const WAITING_OF_ONE = 320;
const WAITING = 2_000;
/** Clients that wait longer have given up or retried. */
const LONGEST_WAIT_MS = 45_000;

interface Waiting {
  start: () => void;
  refuse: (problem: Problem) => void;
  since: number;
}

/**
 * Runs costly work a few at a time. Keys (addresses) take turns, so that a crowd from one address
 * does not hold up the others (round robin).
 */
export class FairQueue {
  readonly #atOnce: number;
  readonly #waiting = new Map<string, Waiting[]>();
  #running = 0;
  #count = 0;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** @throws Problem `auth.busy` where too many wait, or one waited too long. */
  async run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#atOnce) await this.#wait(key);
    else this.#running++;
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  #wait(key: string): Promise<void> {
    const line = this.#waiting.get(key) ?? [];
    if (line.length >= WAITING_OF_ONE || this.#count >= WAITING) throw new Problem('auth.busy');
    this.#waiting.set(key, line);
    this.#count++;
    return new Promise((start, refuse) => line.push({ start, refuse, since: performance.now() }));
  }

  /** Passes the free place on to the next key, so that a newcomer does not take it. */
  #next(): void {
    for (const [key, line] of this.#waiting) {
      const one = line.shift();
      // The key goes to the end of the round.
      this.#waiting.delete(key);
      if (line.length > 0) this.#waiting.set(key, line);
      if (!one) continue;
      this.#count--;
      if (performance.now() - one.since > LONGEST_WAIT_MS) one.refuse(new Problem('auth.busy'));
      else {
        one.start();
        return;
      }
    }
    this.#running--;
  }
}
