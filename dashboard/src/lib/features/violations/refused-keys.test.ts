import { expect, it } from 'vitest';
import { type KeyState, refusedKey } from './refused-keys.ts';
import type { TriageAction } from './triage.ts';

const open = (isWaiting: boolean, isConfirmed = false) => ({
  open: { isWaiting, isConfirmed },
  mayDecide: true,
  mayMakeHazard: true,
});
const why = (
  kind: 'confirm' | 'ask-reason' | 'undo' | 'hazard' | 'next',
  of: KeyState = open(true),
) => refusedKey({ kind } as TriageAction, of);

it('[UX-09] a key that cannot act has a reason, and one that can has none', () => {
  expect(why('confirm')).toBeNull();
  expect(why('confirm', open(false))).toBe('decided');
  expect(why('ask-reason', open(false))).toBe('decided');
  expect(refusedKey({ kind: 'dismiss', reason: 'other' }, open(false))).toBe('decided');
  expect(why('hazard')).toBe('hazard');
  expect(why('hazard', open(false, true))).toBeNull();
  expect(why('hazard', { ...open(false, true), mayMakeHazard: false })).toBe('hazardRight');
  const reader = { ...open(true), mayDecide: false };
  expect(why('confirm', reader)).toBe('right');
  expect(why('undo', reader)).toBe('right');
  expect(why('next', reader)).toBeNull();
  const none = { open: null, mayDecide: true, mayMakeHazard: true };
  expect(why('confirm', none)).toBe('none');
  expect(why('hazard', none)).toBe('none');
  expect(why('undo', none)).toBeNull();
});
