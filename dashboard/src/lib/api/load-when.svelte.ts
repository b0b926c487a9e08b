import { untrack } from 'svelte';

/**
 * Loads parts of a component at once, and again when what they are asked for changes. To be called
 * while the component is made.
 *
 * @param changes reads what they depend on: `() => id`.
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
