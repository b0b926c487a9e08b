import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { networkOf } from '../../platform/access/network.ts';
import { Problem } from '../../platform/http/errors.ts';

/** Secrets that are remembered as right: more than a plant has devices. */
const MOST_KNOWN = 20_000;

export type Tries = ReturnType<typeof createTries>;

/**
 * Limits what devices of one address may try with secrets that are not right, so that guesses and a reader
 * with a wrong secret do not use up the database. Secrets that were right before pass: they are looked up as
 * ever, and their devices do not suffer from what is beside them.
 *
 * @param options.aMinute wrong tries of one address, and workers that enrol from it.
 * @param options.refused hears of each that is one too many.
 */
export function createTries({ aMinute, refused }: { aMinute: number; refused: () => void }) {
  const wrong = new RateLimiterMemory({ points: aMinute, duration: 60 });
  const known = new LRUCache<string, true>({ max: MOST_KNOWN });
  // Never the secret itself: what is in memory may come into a dump.
  const keyOf = (secret: string) => createHash('sha256').update(secret).digest('base64url');

  async function check(address: string): Promise<void> {
    const now = await wrong.get(networkOf(address));
    if (!now || now.consumedPoints < aMinute) return;
    refused();
    const retryAfterSeconds = Math.max(1, Math.ceil(now.msBeforeNext / 1000));
    throw new Problem('device.too-many', undefined, { retryAfterSeconds });
  }

  return {
    /** @throws Problem `device.too-many` */
    async admit(address: string, secret: string): Promise<void> {
      if (!known.has(keyOf(secret))) await check(address);
    },
    check,
    /** The secret is the right one, whatever it may be used for. */
    right(secret: string): void {
      known.set(keyOf(secret), true);
    },
    async count(address: string): Promise<void> {
      await wrong.penalty(networkOf(address));
    },
  };
}
