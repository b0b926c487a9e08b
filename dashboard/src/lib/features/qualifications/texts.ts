import { i18n } from '$lib/i18n/i18n.svelte.ts';
import type { Tone } from '$lib/ui/Chip.svelte';
import { words } from './i18n.ts';
import type { PostGaps, Qualification } from './qualifications-api.ts';

/** What a post asks for, with the least level. */
export function needText({
  type,
  categoryName,
  level,
}: Pick<PostGaps['needs'][number], 'type' | 'categoryName' | 'level'>): string {
  const t = words.t.matrix;
  const name = categoryName ? i18n.name(categoryName) : t.fitness;
  const text = type === 'training' ? t.training(name) : name;
  return level === null ? text : `${text} ${t.level(level)}`;
}

/** The tone of the state of a qualification. */
export const toneOf = ({ state, endsWithin, result }: Qualification): Tone => {
  if (state === 'valid') {
    if (result === 'unfit') return 'danger';
    return endsWithin !== null || result === 'restricted' ? 'warn' : 'ok';
  }
  if (state === 'waiting' || state === 'not-yet') return 'warn';
  return state === 'withdrawn' ? 'neutral' : 'danger';
};
