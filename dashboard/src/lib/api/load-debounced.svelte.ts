import { untrack } from 'svelte';

/** Debounce, ms: stepping through a queue by keyboard loads nothing of the records in between. */
const DEBOUNCE_MS = 300;

/**
 * Loads a part of a component a moment after its parameters change, and forgets what it had when another record is shown. To be
 * called while the component is initialised.
 *
 * @param record reads the id of the record.
 * @param changes reads what else it is loaded again for.
 */
export function loadDebounced(
  record: () => string,
  changes: () => unknown,
  part: { load(): Promise<void>; reset(): void },
): void {
  $effect(() => {
    record();
    untrack(() => part.reset());
  });
  $effect(() => {
    record();
    changes();
    const timer = setTimeout(() => untrack(() => void part.load()), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  });
}
