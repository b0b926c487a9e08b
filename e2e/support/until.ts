import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Polls until the result is not undefined, null or false. An error of `ask` counts as "not yet",
 * since parts of the plant may be down on purpose.
 *
 * @throws Error with what was waited for and the last error, after `timeoutMs`.
 */
export async function until<Answer>(
  what: string,
  ask: () => Answer | Promise<Answer>,
  timeoutMs = 180_000,
  everyMs = 200,
): Promise<NonNullable<Exclude<Answer, false>>> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  do {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false) {
        return answer as NonNullable<Exclude<Answer, false>>;
      }
    } catch (error) {
      last = error;
    }
    await sleep(everyMs);
  } while (Date.now() < deadline);
  throw new Error(`waited ${timeoutMs / 1000} s for ${what}`, { cause: last });
}
