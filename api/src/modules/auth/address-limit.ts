import { RateLimiterMemory } from 'rate-limiter-flexible';
import { FairQueue } from '../../platform/access/fair-queue.ts';
import { networkOf } from '../../platform/access/network.ts';
import { Problem } from '../../platform/http/errors.ts';

const counted = new Set(['auth.wrong', 'auth.totp-wrong', 'auth.expired', 'auth.too-many']);

/**
 * Holds off an address from which many guesses come, and not the office behind it: only what was
 * wrong counts. So few run at once that the other requests keep their connections to the database;
 * addresses take turns.
 *
 * @param limits.wrong wrong ones a minute from one address. Right ones do not count.
 * @param limits.atOnce of all addresses.
 */
export function createAddressLimit(limits: { wrong: number; atOnce: number }) {
  const wrong = new RateLimiterMemory({ points: limits.wrong, duration: 60 });
  const queue = new FairQueue(limits.atOnce);

  async function check(network: string): Promise<void> {
    const now = await wrong.get(network);
    if (!now || now.consumedPoints < limits.wrong) return;
    const retryAfterSeconds = Math.max(1, Math.ceil(now.msBeforeNext / 1000));
    throw new Problem('auth.too-many', undefined, { retryAfterSeconds });
  }

  /**
   * @param known the account that signed in here before: other programs behind its address do not hold
   *   it up, and its work is preferred.
   * @param isRight asked where the address has used up what it has: a right request passes.
   * @throws Problem `auth.too-many`, and `auth.busy` where too many wait.
   */
  return async function limited<Answer>(
    address: string,
    { known = null, isRight }: { known?: string | null; isRight?: () => Promise<boolean> },
    work: () => Promise<Answer>,
  ): Promise<Answer> {
    const network = networkOf(address);
    if (known !== null) return queue.run(`account ${known}`, work, { preferred: true });
    if (!isRight) await check(network);
    return queue.run(network, async () => {
      // Those before it in the line may have used up what the address has.
      await check(network).catch(async (error: unknown) => {
        if (!(await isRight?.())) throw error;
      });
      try {
        return await work();
      } catch (error) {
        if (error instanceof Problem && counted.has(error.code)) await wrong.penalty(network);
        throw error;
      }
    });
  };
}
