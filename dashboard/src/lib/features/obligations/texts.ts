import { i18n } from '$lib/i18n/i18n.svelte.ts';
import type { Tone } from '$lib/ui/Chip.svelte';
import { words } from './i18n.ts';
import type { ObligationRow } from './obligations-api.ts';

export const stateTones = {
  overdue: 'danger',
  due: 'warn',
  upcoming: 'warn',
  planned: 'neutral',
  done: 'ok',
  closed: 'neutral',
} as const satisfies Record<ObligationRow['state'], Tone>;

const DAY_MS = 86_400_000;

/** Whole days from one day to another, `YYYY-MM-DD`; negative for the past. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/** An interval of the API, `3 months`, in words. */
export function intervalWords(interval: string): string {
  const [n, unit] = interval.split(' ');
  const write = words.t.units[unit as keyof typeof words.t.units];
  return write ? write(Number(n)) : interval;
}

/** For whom or what: the name, and which of its things. */
export const subjectText = (one: Pick<ObligationRow, 'subject' | 'detail'>): string =>
  [i18n.name(one.subject.name), one.detail ? i18n.name(one.detail) : null]
    .filter(Boolean)
    .join(' · ');
