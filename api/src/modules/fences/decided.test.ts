import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decided, withDecision } from './decided.ts';
import { intrusionsOf } from './intrusions.ts';
import type { DecidedRight } from './state.ts';

const MINUTE = 60_000;
const decided = (allowed: boolean, endsAt: number | null = null): Decided => ({
  allowed,
  codes: [],
  reasons: [],
  matchId: null,
  until: endsAt,
  endsAt,
});
const terms = { side: 'inside', dwellMs: 3_000, holdMs: 5_000, activeSince: 0 } as const;
const since = 8 * 60 * MINUTE;
const stay = { from: since, until: null, confirmedAt: since, certainty: 'heard' } as const;
const begins = (rights: readonly DecidedRight[], now: number) =>
  intrusionsOf([stay], rights, terms, { now, heardAt: now }).intrusions.map(({ from }) => from);

describe('rights as they were decided', () => {
  it('[POS-04] a right that ends after three hours inside is an intrusion from its end on', () => {
    const end = since + 180 * MINUTE;
    const before = withDecision([], decided(true, end), stay, since);
    const after = withDecision(before, decided(false), stay, end + 400);
    expect(begins(after, end + MINUTE)).toEqual([end]);
    // Decided again, hours later: it does not begin earlier.
    const later = withDecision(after, decided(false), stay, end + 120 * MINUTE);
    expect(begins(later, end + 121 * MINUTE)).toEqual([end]);
  });

  it('one that ended without notice ends when that was found, and not when it was looked at before', () => {
    const asked = { ...decided(true), until: since + 10_000 };
    const before = withDecision([], asked, stay, since);
    const found = since + 40 * MINUTE;
    expect(begins(withDecision(before, decided(false), stay, found), found + MINUTE)).toEqual([
      found,
    ]);
  });

  it('keeps no more than a few hundred, and no begin moves', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 600 }), (seconds) => {
        let [now, rights] = [since, withDecision([], decided(true), stay, since)];
        let refusedAt = 0;
        seconds.forEach((gap, i) => {
          now += gap * 1_000;
          if (i % 2 === 0) refusedAt = now;
          rights = withDecision(rights, decided(i % 2 === 1), stay, now);
        });
        expect(rights.length).toBeLessThanOrEqual(200);
        if (seconds.length % 2 === 1) expect(rights.at(-1)?.from).toBe(refusedAt);
        // What was allowed at the begin of what is kept stays so.
        expect(rights[0]?.allowed).toBe(true);
      }),
    );
  });
});
