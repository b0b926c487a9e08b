import type { Match } from '../match/decide.ts';
import { isFinal } from '../match/decisions.ts';
import { type Decision, decisions, type Reason } from '../match/reasons.ts';

/** What is known of a person and an area at an instant. */
export interface Known {
  /** The answers of the matcher for the area and for each of its fences. */
  matches: readonly Match[];
  /** Of its fences; `until` in ms since 1970, null where it does not change soon. */
  hours: readonly { inside: boolean; until: number | null }[];
  /** Until when an override lets the person in; null where there is none. */
  override: Date | null;
}

export interface Right {
  decision: Decision;
  /** No override is possible. */
  final: boolean;
  /** Those of the matcher, each once. */
  reasons: Reason[];
  outsideHours: boolean;
  /** Until when the override that lets the person in counts. */
  overriddenUntil: Date | null;
  /** The first later instant at which the answer may change by what is known. */
  validUntil: Date | null;
}

/**
 * Whether a person may enter an area: all that a door or a fence of it asks, so that what is allowed here is refused by
 * neither of them. An override takes the place of the matcher where it is not final, and never that of the hours.
 */
export function rightOf({ matches, hours, override }: Known): Right {
  const reasons = [
    ...new Map(
      matches
        .flatMap((match) => match.reasons)
        .map((one) => [`${one.code} ${one.about} ${one.record}`, one]),
    ).values(),
  ];
  const matched = matches.reduce<Decision>((worst, one) => worse(worst, one.decision), 'allow');
  const final = matches.some(isFinal);
  const outsideHours = hours.some(({ inside }) => !inside);
  const overriddenUntil = matched !== 'allow' && !final ? override : null;
  const turns = [
    ...matches.map(({ validUntil }) => (validUntil === null ? null : Date.parse(validUntil))),
    ...hours.map(({ until }) => until),
    overriddenUntil?.getTime() ?? null,
  ].filter((one) => one !== null);
  return {
    decision: outsideHours ? 'deny' : overriddenUntil ? 'allow' : matched,
    final,
    reasons: overriddenUntil ? [] : reasons,
    outsideHours,
    overriddenUntil,
    validUntil: turns.length === 0 ? null : new Date(Math.min(...turns)),
  };
}

const worse = (a: Decision, b: Decision): Decision =>
  decisions.indexOf(a) >= decisions.indexOf(b) ? a : b;
