import { calendarDay } from '$lib/format/time.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import type { Tone } from '$lib/ui/Chip.svelte';
import { words } from './i18n.ts';
import type { RuleRow, RuleValue, Version } from './rules-api.ts';

export const certaintyTones = {
  text: 'ok',
  page: 'ok',
  repeated: 'warn',
  memory: 'danger',
} as const satisfies Record<string, Tone>;

/** A value in plain words: "at most 2 years". */
export function valueText(value: RuleValue): string {
  const { t } = words;
  if (value === null) return t.notKnown;
  if (value.kind === 'duty') return t.duty;
  if (value.kind === 'list') {
    return value.items.map((one) => i18n.name(one)).join(i18n.locale === 'en' ? ', ' : '、');
  }
  return t.bounds[value.bound](t.units[value.unit](value.amount));
}

/** What holds today. */
export const currentText = (row: Pick<RuleRow, 'state' | 'value'>): string =>
  row.state === 'not-in-force' ? words.t.notInForce : valueText(row.value);

/** "from 1 June 2026, until …", where the days are known. */
export function daysText({ from, to }: Pick<Version, 'from' | 'to'>): string {
  const { t } = words;
  const begin = from === null ? t.beginNotRecorded : t.from(calendarDay(from, i18n.locale));
  return to === null ? begin : `${begin} · ${t.until(calendarDay(to, i18n.locale))}`;
}
