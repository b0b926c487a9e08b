import type { Tone } from '$lib/ui/Chip.svelte';
import type { Handover } from './shift-log-api.ts';

const tones: Record<Handover['state'], Tone> = {
  waiting: 'warn',
  accepted: 'ok',
  withdrawn: 'neutral',
};

/** The colour of a handover's state. */
export const toneOf = (state: Handover['state']): Tone => tones[state];
