import { percent } from '$lib/format/number.ts';
import { dateTime } from '$lib/format/time.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import type { Tone } from '$lib/ui/Chip.svelte';
import type { DeviceFileRow } from './device-files-api.ts';
import { words } from './i18n.ts';

type LinkHealth = NonNullable<DeviceFileRow['linkHealth']>;

export const linkTones: Record<LinkHealth['state'], Tone> = {
  ok: 'ok',
  fair: 'warn',
  poor: 'danger',
  off: 'danger',
  none: 'neutral',
};

/** Since when, how much of the last day, and how late. */
export function linkText({ since, share, delayMs }: LinkHealth): string {
  const { t } = words;
  return [
    since === null ? '' : t.linkSince(dateTime(since, i18n.locale)),
    share === null ? '' : t.linkShare(percent(share, i18n.locale, 1)),
    delayMs === null ? '' : t.linkDelay(delayMs),
  ]
    .filter(Boolean)
    .join(' · ');
}
