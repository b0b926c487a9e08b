import { ApiError, explain } from '$lib/api/problem.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { toasts } from './toasts.svelte.ts';

/**
 * Runs a user's action and shows its result.
 * @param handles problem codes that the caller handles itself.
 * @returns the result, or null on failure.
 */
export async function attempt<Result>(
  work: () => Promise<Result>,
  options: { done?: string; handles?: (problem: ApiError) => boolean } = {},
): Promise<{ result: Result } | null> {
  try {
    const result = await work();
    if (options.done) toasts.show(options.done);
    return { result };
  } catch (error) {
    if (error instanceof ApiError && options.handles?.(error)) return null;
    toasts.show(explain(error, i18n.t), { tone: 'danger', ms: 10_000 });
    return null;
  }
}
