import type { Tone } from '$lib/ui/Chip.svelte';
import type { PermitRow } from './permits-api.ts';

/** Green is in force, red suspended, yellow waits for a person. */
export function toneOf({ state, inForce }: Pick<PermitRow, 'state' | 'inForce'>): Tone {
  if (inForce) return 'ok';
  if (state === 'suspended') return 'danger';
  return state === 'submitted' || state === 'approved' ? 'warn' : 'neutral';
}
