import { type BusRefusal, storableText } from '@anshi/contracts';

/** Minimum interval between reports to the API. */
const EVERY_MS = 1_000;
/** Refusals in one report: it is a message, too. */
const MOST_IN_REPORT = 200;

/** Who was refused something: a user of the broker, or a name that was only tried. */
export interface RefusedUser {
  readonly name: string;
  readonly isKnown: boolean;
}

/**
 * Counts what the broker refuses and tells it in batches, so that a flood of forbidden messages is a few
 * lines a second. Each user has its own lines. Names that no user has come from outside: they share a
 * line, so that no number of them hides a user's.
 */
export class RefusalCounter {
  readonly #tell: (refusals: BusRefusal[]) => void;
  readonly #open = new Map<string, BusRefusal>();
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (refusals: BusRefusal[]) => void) {
    this.#tell = tell;
  }

  note({ name, isKnown }: RefusedUser, what: BusRefusal['what'], topic: string | null): void {
    const key = isKnown ? `${name} ${what}` : ` ${what}`;
    this.#open.set(key, {
      user: storableText(name, 160),
      what,
      topic: topic === null ? null : storableText(topic, 256),
      count: 1 + (this.#open.get(key)?.count ?? 0),
      at: new Date().toISOString(),
    });
    this.#timer ??= setTimeout(() => this.flush(), EVERY_MS).unref();
  }

  /** Reports pending refusals. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const refusals = [...this.#open.values()];
    this.#open.clear();
    for (let at = 0; at < refusals.length; at += MOST_IN_REPORT) {
      this.#tell(refusals.slice(at, at + MOST_IN_REPORT));
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
