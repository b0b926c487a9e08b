import { MessageRate } from './client-limits.ts';

/** Connections of one address that are not signed in yet. */
const MOST_UNSIGNED = 250;
/** Sign-ins of one address that failed: more than these wait for their answer. */
const FAILED = { rate: 20, burst: 100 };
/** Addresses whose failures are remembered. */
const MOST_ADDRESSES = 10_000;

/**
 * Who arrives at the broker, by address, before it is known by name: so many connections that are not
 * signed in, and so many failed sign-ins a second. Who signs in counts no more, so that a plant behind
 * one address comes back at once.
 */
export class Arrivals {
  readonly #unsigned = new Map<string, number>();
  readonly #failures = new Map<string, MessageRate>();

  /** @returns false where the address has too many connections that are not signed in. */
  enter(address: string): boolean {
    const source = sourceOf(address);
    const count = this.#unsigned.get(source) ?? 0;
    if (count >= MOST_UNSIGNED) return false;
    this.#unsigned.set(source, count + 1);
    return true;
  }

  /** It is signed in, or gone. */
  leave(address: string): void {
    const source = sourceOf(address);
    const left = (this.#unsigned.get(source) ?? 0) - 1;
    if (left > 0) this.#unsigned.set(source, left);
    else this.#unsigned.delete(source);
  }

  /** Counts a failed sign-in. @returns ms that its answer waits. */
  fail(address: string, now = performance.now()): number {
    const source = sourceOf(address);
    const rate = this.#failures.get(source) ?? new MessageRate(FAILED, now);
    // The oldest goes: it was seen longest ago.
    this.#failures.delete(source);
    this.#failures.set(source, rate);
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MOST_ADDRESSES && oldest) this.#failures.delete(oldest);
    return rate.wait(now);
  }
}

/** One network of IPv6 (/64) is one subscriber, who has all of its addresses. */
function sourceOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const groups = head.split(':').filter((group) => group !== '');
  const after = tail === undefined ? [] : tail.split(':').filter((group) => group !== '');
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => '0');
  return [...groups, ...zeros, ...after].slice(0, 4).join(':');
}
