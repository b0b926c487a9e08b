import { describe, expect, it } from 'vitest';
import type { BadgeLocation, Camera, FloorPlan } from '$lib/api/types.ts';
import { badgesOn } from './badges.ts';

const now = Date.UTC(2026, 10, 25, 6);
const name = { zh: '平面', en: 'Plan' };
const hall: FloorPlan = { id: 'hall', name, size: [28, 16], imageUrl: null };
const store: FloorPlan = { id: 'store', name, size: [10, 10], imageUrl: null };
const camera = {
  floorPlan: 'hall',
  zones: [{ id: 'cell-gate', name, kind: 'machine-cell', polygon: [] }],
} as unknown as Camera;

function read(
  badge: string,
  source: string,
  seconds: number,
  part: Partial<BadgeLocation> = {},
): BadgeLocation {
  return {
    position: { type: 'Point', coordinates: [3, 4] },
    source,
    provider_type: 'uwb',
    provider_id: badge,
    trackables: [],
    timestamp_generated: new Date(now - seconds * 1000).toISOString(),
    crs: 'local',
    ...part,
  };
}
const ids = (plan: FloorPlan, plans: FloorPlan[], list: BadgeLocation[]): string[] =>
  badgesOn(plan, plans, [camera], list, now).map((badge) => badge.id);

describe('badges on a plan', () => {
  it('are those with the plan or a zone of its cameras as source', () => {
    const list = [read('a', 'hall', 1), read('b', 'cell-gate', 1), read('c', 'store', 1)];
    expect(ids(hall, [hall, store], list)).toEqual(['a', 'b']);
    expect(ids(store, [hall, store], list)).toEqual(['c']);
  });

  it('have an unknown source only where there is one plan', () => {
    expect(ids(hall, [hall], [read('a', 'anchor-7', 1)])).toEqual(['a']);
    expect(ids(hall, [hall, store], [read('a', 'anchor-7', 1)])).toEqual([]);
  });

  it('leave out GPS positions and stale badges', () => {
    const list = [
      read('a', 'hall', 1, { crs: 'EPSG:4326' }),
      read('b', 'hall', 400),
      read('c', 'hall', 60),
    ];
    expect(ids(hall, [hall], list)).toEqual(['c']);
    expect(badgesOn(hall, [hall], [], list, now)[0]?.stale).toBe(true);
  });

  it('show one badge once: the more accurate of two from the same time, else the newer', () => {
    const portal = read('a', 'cell-gate', 1, { accuracy: 2 });
    const fix = read('a', 'hall', 2, {
      accuracy: 0.3,
      position: { type: 'Point', coordinates: [9, 9] },
    });
    expect(badgesOn(hall, [hall], [camera], [portal, fix], now)).toMatchObject([{ point: [9, 9] }]);
    const old = read('a', 'hall', 60, {
      accuracy: 0.3,
      position: { type: 'Point', coordinates: [9, 9] },
    });
    expect(badgesOn(hall, [hall], [camera], [old, portal], now)).toMatchObject([{ point: [3, 4] }]);
  });
});
