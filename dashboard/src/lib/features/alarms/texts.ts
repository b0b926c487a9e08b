import { i18n } from '$lib/i18n/i18n.svelte.ts';
import type { Tone } from '$lib/ui/Chip.svelte';
import type { Alarm } from './alarms-api.ts';
import { words } from './i18n.ts';

/** A word where there is one, else the name itself: later versions know more. */
const worded = (from: Readonly<Record<string, string>>, name: string): string => from[name] ?? name;

/** `Light flashes · Sound on`; of a device without a light `Sound on`. */
export function signalText({ light, sound }: { light?: unknown; sound?: unknown }): string {
  const t = words.t;
  return [
    ...(light === undefined ? [] : [worded(t.lights, String(light))]),
    sound === true ? t.sounds.on : t.sounds.off,
  ].join(' · ');
}

/** What was asked for: a light that was not is not named beside a sound. */
export const askedText = ({ light, sound }: Pick<Alarm, 'light' | 'sound'>): string =>
  signalText(light === 'off' && sound ? { sound } : { light, sound });

export const deviceText = ({ device, deviceName }: Alarm): string =>
  device === null ? words.t.noDevice : deviceName ? i18n.name(deviceName) : device;

/** Why an alarm was not given, or not all of it; '' where nothing is wrong. */
export function whyText({ state, fault, muted, muteReason }: Alarm): string {
  const t = words.t;
  const parts =
    state === 'done'
      ? muted.map((one) => t.partly[one])
      : fault === null
        ? []
        : [worded(t.faults, fault)];
  return [...parts, ...(muteReason === null ? [] : [t.because(muteReason)])].join(' · ');
}

export const stateTones: Readonly<Record<Alarm['state'], Tone>> = {
  raised: 'neutral',
  done: 'ok',
  refused: 'warn',
  failed: 'danger',
  silent: 'danger',
  'no-device': 'warn',
};
