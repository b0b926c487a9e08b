import type { Segment } from './segment.ts';

/** Who went in or came out before is forgotten, ms: what was known then counts no more. */
const KEPT_MS = 60_000;

/** Candidates for a segment: everyone who entered the doubt that it came from. */
export interface Origin {
  readonly doubt: Doubt;
  /** Those who had gone in when it began. */
  readonly entered: readonly Segment[];
  /** Another person may have come out, too: one who was not seen before. */
  readonly isOpen: boolean;
}

/**
 * People of one camera of whom it is not known who is who: the segments that ended when they came too near to each other,
 * and those that began when they were clear of each other again. A doubt takes in each further person who comes near.
 */
export class Doubt {
  readonly #entered = new Set<Segment>();
  readonly #left = new Set<Segment>();
  #isOpen = false;
  /** The one that took it in. */
  #into: Doubt | null = null;

  /** The same one where they were joined. */
  get whole(): Doubt {
    let whole: Doubt = this;
    while (whole.#into) whole = whole.#into;
    return whole;
  }

  /** Who came out and comes back was one of them already. */
  enter(segment: Segment): void {
    const whole = this.whole;
    for (const known of [whole.#entered, whole.#left]) {
      for (const one of known) if (one.at < segment.at - KEPT_MS) known.delete(one);
    }
    if (!whole.#left.delete(segment)) whole.#entered.add(segment);
  }

  /** A person who was not seen before may be one of them. */
  open(): void {
    this.whole.#isOpen = true;
  }

  join(other: Doubt): void {
    const [one, two] = [this.whole, other.whole];
    if (one === two) return;
    two.#into = one;
    one.#isOpen ||= two.#isOpen;
    for (const segment of two.#left) one.#left.add(segment);
    for (const segment of two.#entered) if (!one.#left.delete(segment)) one.#entered.add(segment);
  }

  /** One of those of another doubt may be here; that one goes on. */
  takeFrom(other: Doubt): void {
    for (const segment of other.whole.#entered) this.#entered.add(segment);
  }

  /** A segment comes out. */
  leave(segment: Segment): Origin {
    const whole = this.whole;
    whole.#left.add(segment);
    return { doubt: whole, entered: [...whole.#entered], isOpen: whole.#isOpen };
  }

  /** How many came out and did not come back. */
  get left(): number {
    return this.whole.#left.size;
  }

  /** Those who went in and did not come out and back. */
  get entered(): ReadonlySet<Segment> {
    return this.whole.#entered;
  }

  get isEmpty(): boolean {
    return this.whole.#entered.size === 0;
  }
}
