import { expect, it } from 'vitest';
import type { OwnArea, OwnAreas } from './area-rights-api.ts';
import { COPY_LASTS_MS, stateOf, withoutDetail } from './states.ts';

const NOW = Date.parse('2026-11-28T10:00:00Z');
const area = (more: Partial<OwnArea>): OwnArea => ({
  id: 'cell',
  name: { zh: '单元', en: 'Cell' },
  kind: 'machine-cell',
  site: { id: 'main', name: { zh: '厂', en: 'Plant' } },
  floorPlan: null,
  outline: null,
  ofPost: false,
  door: false,
  fence: false,
  decision: 'allow',
  final: false,
  reasons: [],
  publicReasons: [],
  overriddenUntil: null,
  validUntil: null,
  ...more,
});
const online = { at: NOW, offline: false };

it('a right that ended since it was given has to be asked for again; a refusal stays', () => {
  const ended = { validUntil: '2026-11-28T09:59:59Z' };
  expect(stateOf(area({}), online, NOW)).toBe('allow');
  expect(stateOf(area(ended), online, NOW)).toBe('ask-again');
  expect(stateOf(area({ ...ended, decision: 'deny' }), online, NOW)).toBe('deny');
});

it('a copy that is older than half a day allows no entry', () => {
  const at = NOW - COPY_LASTS_MS - 1;
  expect(stateOf(area({}), { at, offline: true }, NOW)).toBe('ask-again');
  expect(stateOf(area({}), { at: at + 1, offline: true }, NOW)).toBe('allow');
  expect(stateOf(area({ decision: 'deny' }), { at, offline: true }, NOW)).toBe('deny');
});

it('the copy holds no details of reasons', () => {
  const reason = {
    code: 'fitness-over',
    text: { zh: '体检', en: 'Medical check' },
    cure: null,
    about: null,
    record: 'r1',
    decision: 'deny' as const,
    final: true,
  };
  const answer: OwnAreas = { at: '2026-11-28T10:00:00Z', items: [area({ reasons: [reason] })] };
  expect(withoutDetail(answer).items[0]?.reasons).toEqual([]);
  expect(JSON.stringify(withoutDetail(answer))).not.toContain('Medical');
});
