import { roughDuration } from '$lib/format/time.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import type { Tone } from '$lib/ui/Chip.svelte';
import type { BoardItem, Outage } from './device-health-api.ts';
import { words } from './i18n.ts';

export const stateTones: Record<BoardItem['now'], Tone> = {
  ok: 'ok',
  fair: 'warn',
  poor: 'danger',
  off: 'danger',
  none: 'neutral',
};

/** From this load on people are told that a worker leaves out work; less comes and goes. */
export const SHOWN_SHEDDING = 0.25;

/** Why it was away, in words; '' where it is not known. */
export const causeText = (cause: Outage['cause']): string =>
  cause === null ? '' : words.t.causes[cause];

/** How long it was away; of one that lasts, until now. */
export function lengthText({ begunAt, endedAt }: Pick<Outage, 'begunAt' | 'endedAt'>): string {
  const end = endedAt === null ? Date.now() : Date.parse(endedAt);
  return roughDuration(Math.max(0, (end - Date.parse(begunAt)) / 1000), i18n.locale);
}

/** Minutes of a strip in which the device was away, by its cells of ten. */
export const awayMinutes = (cells: string): number =>
  [...cells].filter((cell) => cell === 'x').length * 10;
