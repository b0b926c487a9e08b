import type { Copied } from '$lib/api/offline-copy.ts';
import type { OwnArea, OwnAreas } from './area-rights-api.ts';

/** From what a person looks for first. `ask-again`: the answer is too old to be relied on. */
export const states = ['allow', 'hold', 'deny', 'ask-again'] as const;
export type State = (typeof states)[number];

/** A copy that is older says no more who may enter: rights are withdrawn meanwhile. */
export const COPY_LASTS_MS = 12 * 3_600_000;

/**
 * What an answer says now. A right that ended since it was given, and any right of an old copy, has to be asked for again; a
 * refusal stays a refusal.
 *
 * @param now milliseconds since 1970.
 */
export function stateOf(
  area: OwnArea,
  { at, offline }: Pick<Copied<OwnAreas>, 'at' | 'offline'>,
  now: number,
): State {
  const changed = area.validUntil !== null && Date.parse(area.validUntil) <= now;
  const old = offline && now - at > COPY_LASTS_MS;
  return area.decision !== 'deny' && (changed || old) ? 'ask-again' : area.decision;
}

/** What the copy on the phone holds: reasons without details of health or exams, and nothing to follow them by. */
export const withoutDetail = (answer: OwnAreas): OwnAreas => ({
  ...answer,
  items: answer.items.map((area) => ({ ...area, reasons: [] })),
});
