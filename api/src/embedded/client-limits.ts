import { type BusLimits, busRights } from '@anshi/contracts';

/** Token bucket: allows a burst and a rate per second; the rest waits. */
export class MessageRate {
  readonly #limits: Pick<BusLimits, 'rate' | 'burst'>;
  #tokens: number;
  #at: number;

  /** @param now monotonic milliseconds. */
  constructor(limits: Pick<BusLimits, 'rate' | 'burst'>, now = performance.now()) {
    this.#limits = limits;
    this.#tokens = limits.burst;
    this.#at = now;
  }

  /** Takes one place. @returns milliseconds until it is free, 0 for now. */
  wait(now = performance.now()): number {
    const { rate, burst } = this.#limits;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) * rate) / 1000);
    this.#at = now;
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : (-this.#tokens * 1000) / rate;
  }
}

/**
 * The rate of each user, over all of its connections: who connects again goes on where the last
 * connection was.
 */
export class UserRates {
  readonly #rates = new Map<string, MessageRate>();

  /** @param user its whole name: users are known, so that their number is limited. */
  of(user: string, limits: BusLimits): MessageRate {
    const known = this.#rates.get(user);
    if (known) return known;
    const rate = new MessageRate(limits);
    this.#rates.set(user, rate);
    return rate;
  }

  /** Forgets users that are there no more. */
  keepOnly(isKnown: (user: string) => boolean): void {
    for (const user of this.#rates.keys()) if (!isKnown(user)) this.#rates.delete(user);
  }
}

/** What the broker keeps of retained messages, by user. */
export class RetainedShares {
  readonly #topics = new Map<string, Map<string, number>>();

  /**
   * Notes a retained message; an empty one takes the topic's away.
   *
   * @param user its whole name.
   * @returns false where it would be more than the limits allow: then nothing is noted.
   */
  note(user: string, limits: BusLimits, topic: string, bytes: number): boolean {
    const own = this.#topics.get(user) ?? new Map<string, number>();
    if (bytes === 0) {
      own.delete(topic);
      return true;
    }
    const size = topic.length + bytes;
    let total = size;
    for (const [other, kept] of own) if (other !== topic) total += kept;
    const count = own.size + (own.has(topic) ? 0 : 1);
    if (count > limits.retained || total > limits.retainedBytes) return false;
    own.set(topic, size);
    this.#topics.set(user, own);
    return true;
  }
}

/** The limits of a kind of user. */
export const limitsOf = (kind: keyof typeof busRights): BusLimits => busRights[kind].limits;
