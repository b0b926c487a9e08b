import { untrack } from 'svelte';

/**
 * Loads parts of a component at once, and again when their parameters change. To be called while
 * the component is initialised.
 *
 * @param changes reads the dependencies: `() => id`.
 * @example loadWhen(() => id, supplier, history);
 */
export function loadWhen(changes: () => unknown, ...parts: { load(): Promise<void> }[]): void {
  $effect(() => {
    changes();
    untrack(() => {
      for (const part of parts) void part.load();
    });
  });
}
