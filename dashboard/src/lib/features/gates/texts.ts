import { i18n } from '$lib/i18n/i18n.svelte.ts';
import type { Tone } from '$lib/ui/Chip.svelte';
import type { GateDecision } from './gates-api.ts';

export const tones: Readonly<Record<GateDecision['decision'], Tone>> = {
  allow: 'ok',
  hold: 'warn',
  deny: 'danger',
};

/** The machine or area; its id where it is gone. */
export const targetText = (of: Pick<GateDecision, 'target' | 'targetName'>): string =>
  of.targetName ? i18n.name(of.targetName) : of.target;
