import { quantile } from '../result.ts';
import type { Purpose } from './schedule.ts';

/** A time in which a purpose was withdrawn: from the answer to the withdrawal to the next agreement, ms since 1970. */
export interface Forbidden {
  readonly person: number;
  readonly purpose: Purpose;
  readonly from: number;
  until: number;
}

/** A position of a person, by the time at which it was measured, ms since 1970. */
export interface Measured {
  readonly person: number;
  readonly at: number;
}

/** A position that a worker was told. */
export interface Told extends Measured {
  readonly heardAt: number;
}

/** What is heard so long after a withdrawal may have been on its way, ms. */
const ON_ITS_WAY_MS = 1_000;
/** Nothing is told so soon after an agreement: clocks of readers are ahead, ms. */
const AFTER_AGREEMENT_MS = 7_000;

export interface ConsentRecord {
  readonly began: number;
  readonly ended: number;
  readonly forbidden: readonly Forbidden[];
  readonly sent: readonly Measured[];
  readonly told: readonly Told[];
  readonly stored: readonly Measured[];
}

const within = ({ person, at }: Measured, one: Forbidden): boolean =>
  person === one.person && at > one.from && at < one.until;

/** What was told or stored that was forbidden, how soon it was silent, and whether agreed positions came through. */
export function scoreConsent({ began, ended, forbidden, sent, told, stored }: ConsentRecord) {
  const tracking = forbidden.filter(({ purpose }) => purpose === 'badge-tracking');
  const silences = forbidden.map((one) => {
    const last = told
      .filter(({ person, heardAt }) => person === one.person && heardAt < one.until)
      .filter(({ heardAt }) => heardAt > one.from)
      .map(({ heardAt }) => heardAt - one.from);
    return Math.max(0, ...last);
  });
  const agreed = sent.filter(
    ({ person, at }) =>
      at > began + AFTER_AGREEMENT_MS &&
      at < ended - ON_ITS_WAY_MS &&
      !forbidden.some(
        (one) =>
          one.person === person &&
          at > one.from - ON_ITS_WAY_MS &&
          at < one.until + AFTER_AGREEMENT_MS,
      ),
  );
  const known = new Set(told.map(({ person, at }) => `${person} ${at}`));
  return {
    publishedForbidden: told.filter((one) => forbidden.some((span) => within(one, span))).length,
    storedForbidden: stored.filter((one) => tracking.some((span) => within(one, span))).length,
    silenceP95Ms: quantile(silences, 0.95),
    silenceWorstMs: Math.max(0, ...silences),
    agreed: agreed.length,
    agreedTold:
      agreed.length === 0
        ? 0
        : agreed.filter(({ person, at }) => known.has(`${person} ${at}`)).length / agreed.length,
  };
}
