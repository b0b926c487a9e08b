import type { Tone } from '$lib/ui/Chip.svelte';
import type { ConsentState, Consents, DataRequest, Decision } from './my-data-api.ts';

/** Display of an answer: agreed, asked, or not agreed. A refusal is a right, not an error. */
export const consentTones: Record<ConsentState['state'], Tone> = {
  given: 'ok',
  outdated: 'warn',
  unasked: 'warn',
  refused: 'neutral',
  withdrawn: 'neutral',
};
export const requestTones: Record<DataRequest['state'], Tone> = {
  open: 'warn',
  granted: 'ok',
  partly: 'ok',
  refused: 'neutral',
};

/** Possible answers to a purpose in its state; the default comes first. */
export function answersTo(state: ConsentState['state']): readonly Decision[] {
  if (state === 'given') return ['withdrawn'];
  if (state === 'refused' || state === 'withdrawn') return ['given'];
  return ['given', 'refused'];
}

/** Purposes without an answer, or agreed to in an outdated version. */
export const openQuestions = (consents: Consents): ConsentState[] =>
  consents.items.filter(({ state }) => state === 'unasked' || state === 'outdated');

/** After "later" the prompt is hidden for this long. */
const snoozeMs = 7 * 86_400_000;
const key = (user: string) => `anshi.consent-later.${user}`;

export function isSnoozed(
  user: string,
  now = Date.now(),
  storage: Storage = localStorage,
): boolean {
  const until = Number(storage.getItem(key(user)) ?? 0);
  return now < until;
}
export function snooze(user: string, now = Date.now(), storage: Storage = localStorage): void {
  storage.setItem(key(user), String(now + snoozeMs));
}
