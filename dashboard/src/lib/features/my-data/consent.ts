import type { Tone } from '$lib/ui/Chip.svelte';
import type { ConsentState, Consents, DataRequest, Decision } from './my-data-api.ts';

/** How an answer looks: agreed, asked, or not agreed. A refusal is a right, not a fault. */
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

/** What can be answered to a purpose as it stands; the one that is offered first comes first. */
export function answersTo(state: ConsentState['state']): readonly Decision[] {
  if (state === 'given') return ['withdrawn'];
  if (state === 'refused' || state === 'withdrawn') return ['given'];
  return ['given', 'refused'];
}

/** What a person has not answered yet, or agreed to in words that have changed since. */
export const openQuestions = (consents: Consents): ConsentState[] =>
  consents.items.filter(({ state }) => state === 'unasked' || state === 'outdated');

/** After "later" the card stays away for so long: asked again, and not each day. */
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
