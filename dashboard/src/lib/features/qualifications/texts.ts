import type { Tone } from '$lib/ui/Chip.svelte';
import type { Qualification } from './qualifications-api.ts';

/** The tone of the state of a qualification. */
export const toneOf = ({ state, endsWithin, result }: Qualification): Tone => {
  if (state === 'valid') {
    if (result === 'unfit') return 'danger';
    return endsWithin !== null || result === 'restricted' ? 'warn' : 'ok';
  }
  if (state === 'waiting' || state === 'not-yet') return 'warn';
  return state === 'withdrawn' ? 'neutral' : 'danger';
};
