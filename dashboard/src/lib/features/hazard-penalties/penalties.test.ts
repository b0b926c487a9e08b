import { describe, expect, it } from 'vitest';
import { type Penalty, waysOf } from './penalties-api.ts';

const penalty = (status: Penalty['status']): Penalty => ({
  id: 'p',
  hazardId: 'h',
  hazardNo: 'HZ-1',
  kind: 'false-report',
  personId: null,
  user: { id: 'worker', displayName: { zh: '孙', en: 'Sun' } },
  findingIds: [],
  reason: 'nothing was there',
  decidedAt: '2026-11-25T08:00:00Z',
  decidedBy: { id: 'officer', displayName: { zh: '王', en: 'Wang' } },
  status,
  appeal: null,
});

describe('actions on a decision', () => {
  it('the person concerned can appeal, once', () => {
    const viewer = { id: 'worker', mayDecide: false };
    expect(waysOf(penalty('in-force'), viewer)).toEqual({ appeal: true, decide: false });
    for (const status of ['appealed', 'upheld', 'revoked'] as const) {
      expect(waysOf(penalty(status), viewer)).toEqual({ appeal: false, decide: false });
    }
  });

  it('an appeal is decided by another person than the first decision, and not by the person concerned', () => {
    const decide = (id: string, mayDecide = true) =>
      waysOf(penalty('appealed'), { id, mayDecide }).decide;
    expect(decide('other')).toBe(true);
    expect([decide('officer'), decide('worker'), decide('other', false)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(waysOf(penalty('in-force'), { id: 'other', mayDecide: true }).decide).toBe(false);
  });
});
