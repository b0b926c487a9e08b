import type { Tone } from '$lib/ui/Chip.svelte';

/** Colours of the states of an import. */
export const toneOf = {
  mapping: 'neutral',
  checking: 'neutral',
  checked: 'warn',
  running: 'neutral',
  done: 'ok',
  undoing: 'neutral',
  undone: 'neutral',
  failed: 'danger',
} as const satisfies Record<string, Tone>;

/** Colours of the states of a row. */
export const rowToneOf = {
  good: 'ok',
  bad: 'danger',
  skipped: 'neutral',
  done: 'ok',
  failed: 'danger',
  undone: 'neutral',
  kept: 'warn',
} as const satisfies Record<string, Tone>;
