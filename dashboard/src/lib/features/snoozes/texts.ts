import { i18n } from '$lib/i18n/i18n.svelte.ts';
import type { Tone } from '$lib/ui/Chip.svelte';
import type { Snooze } from './snoozes-api.ts';

/** `Gate · Door · rule-1`. */
export const placeText = ({ camera, cameraName, zone, zoneName, rule }: Snooze): string =>
  [cameraName ? i18n.name(cameraName) : camera, zoneName ? i18n.name(zoneName) : zone, rule]
    .filter(Boolean)
    .join(' · ');

export const toneOf = ({ state }: Pick<Snooze, 'state'>): Tone =>
  state === 'in-force' ? 'warn' : 'neutral';
