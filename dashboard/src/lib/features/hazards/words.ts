import type { Locale } from '$lib/i18n/i18n.svelte.ts';
import type { Tone } from '$lib/ui/Chip.svelte';
import type { Hazard } from './types.ts';

/** A hazard's title in a list: its title, else the first line of its text, else its type. */
export function titleOf(
  hazard: Pick<Hazard, 'title' | 'description' | 'typeName'>,
  locale: Locale,
): string {
  const first = hazard.description.split('\n', 1)[0]?.trim() ?? '';
  return hazard.title || first || (locale === 'en' ? hazard.typeName.en : hazard.typeName.zh);
}

/** A rectified hazard ends green, a dismissed one does not. */
export const endedTone = ({ outcome }: Pick<Hazard, 'outcome'>): Tone =>
  outcome === 'rejected' ? 'neutral' : 'ok';
