import { listTime } from '$lib/format/time.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import type { Tone } from '$lib/ui/Chip.svelte';
import { words } from './i18n.ts';
import type { Command, SiteDevice } from './site-devices-api.ts';

type Outputs = NonNullable<Command['readBack']>;

/** A word where there is one, else the name itself: devices and later versions know more. */
export const worded = (from: Readonly<Record<string, string>>, name: string): string =>
  from[name] ?? name;

/** Outputs of a device in words: `Light flashes · Sound on`. */
export function outputsText(outputs: Outputs): string {
  const t = words.t;
  return Object.entries(outputs)
    .map(([name, value]) => {
      if (name === 'light') return worded(t.lights, String(value));
      if (name === 'sound') return value === true ? t.sounds.on : t.sounds.off;
      return `${name} ${value}`;
    })
    .join(' · ');
}

/** What a command tells its device: `Signal · Light flashes · Sound on · 60 s`. */
export function actionText({ action, parameters }: Command): string {
  const { seconds, ...outputs } = parameters;
  return [
    worded(words.t.actions, action),
    outputsText(outputs),
    seconds === undefined ? '' : `${seconds} s`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The state of a device now. */
export function nowText({ now }: Pick<SiteDevice, 'now'>): string {
  const t = words.t;
  if (!now) return t.neverHeard;
  if (!now.online) return t.heard(listTime(now.at, i18n.locale));
  const until = now.until === null ? '' : ` · ${t.until(listTime(now.until, i18n.locale))}`;
  return `${outputsText(now.outputs)}${until}`;
}

export const stateTones: Readonly<Record<Command['state'], Tone>> = {
  'awaiting-approval': 'warn',
  requested: 'neutral',
  sent: 'neutral',
  accepted: 'neutral',
  done: 'ok',
  refused: 'danger',
  failed: 'danger',
  expired: 'warn',
};
