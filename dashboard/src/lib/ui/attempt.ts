import { ApiError, explain } from '$lib/api/problem.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { placeNotes, pressedControls } from './place-note.svelte.ts';
import { toasts } from './toasts.svelte.ts';

/**
 * Runs a user's action and shows its result; why it failed is shown at the control that was pressed, or as
 * a short message where that is gone.
 * @param handles problem codes that the caller handles itself.
 * @returns the result, or null on failure.
 */
export async function attempt<Result>(
  work: () => Promise<Result>,
  options: { done?: string; handles?: (problem: ApiError) => boolean } = {},
): Promise<{ result: Result } | null> {
  const pressed = pressedControls();
  try {
    const result = await work();
    if (options.done) toasts.show(options.done);
    return { result };
  } catch (error) {
    if (error instanceof ApiError && options.handles?.(error)) return null;
    showFailure(error, pressed);
    return null;
  }
}

/**
 * Shows why an action failed, with what to do.
 *
 * @param anchors the controls that were pressed last, the newest first.
 */
export function showFailure(error: unknown, anchors: readonly Element[]): void {
  const text = explain(error, i18n.t);
  if (!placeNotes.show(text, anchors)) toasts.show(text, { tone: 'danger', ms: 10_000 });
}
