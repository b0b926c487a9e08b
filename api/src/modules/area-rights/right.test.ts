import { describe, expect, it } from 'vitest';
import type { Match } from '../match/decide.ts';
import type { Reason } from '../match/reasons.ts';
import { rightOf } from './right.ts';

const reason = (code: Reason['code'], decision: 'hold' | 'deny', final = false): Reason => ({
  code,
  decision,
  final,
  about: null,
  record: null,
});
const match = (
  decision: Match['decision'],
  reasons: Reason[] = [],
  validUntil: string | null = null,
): Match => ({
  person: 'p',
  job: 'area:cell',
  at: '2026-11-28T10:00:00.000Z',
  rules: [],
  hints: [],
  decision,
  reasons,
  validUntil,
});
const open = { inside: true, until: Date.parse('2026-11-28T14:00:00Z') };
const closed = { inside: false, until: Date.parse('2026-11-29T00:00:00Z') };
const override = new Date('2026-11-28T12:00:00Z');

describe('the right to enter an area', () => {
  it('is that of the strictest of door and fences, with each reason once', () => {
    const reasons = [reason('other-post', 'deny')];
    const right = rightOf({
      matches: [match('allow'), match('deny', reasons), match('deny', reasons)],
      hours: [open],
      override: null,
    });
    expect(right).toMatchObject({ decision: 'deny', reasons, final: false, outsideHours: false });
  });

  it('ends at the first instant at which the matcher, the hours or the override change', () => {
    const later = match('allow', [], '2026-12-01T00:00:00.000Z');
    expect(rightOf({ matches: [later], hours: [open], override: null }).validUntil).toEqual(
      new Date(open.until),
    );
    const held = match('hold', [reason('age-unknown', 'hold')]);
    expect(rightOf({ matches: [held], hours: [open], override })).toMatchObject({
      decision: 'allow',
      reasons: [],
      overriddenUntil: override,
      validUntil: override,
    });
  });

  it('is not given by an override where the refusal is final, nor outside of the hours', () => {
    const unfit = match('deny', [reason('certificate-missing', 'deny', true)]);
    expect(rightOf({ matches: [unfit], hours: [], override })).toMatchObject({
      decision: 'deny',
      final: true,
      overriddenUntil: null,
    });
    const post = match('deny', [reason('other-post', 'deny')]);
    expect(rightOf({ matches: [post], hours: [closed], override })).toMatchObject({
      decision: 'deny',
      outsideHours: true,
      validUntil: override,
    });
    expect(rightOf({ matches: [match('allow')], hours: [closed], override: null })).toMatchObject({
      decision: 'deny',
      outsideHours: true,
      validUntil: new Date(closed.until),
    });
  });
});
