import { describe, expect, it } from 'vitest';
import type { BadgeLocation, FloorPlan } from '$lib/api/types.ts';
import { badgesOn } from './badges.ts';

const now = Date.UTC(2026, 10, 25, 6);
const name = { zh: '平面', en: 'Plan' };
const hall: FloorPlan = { id: 'hall', name, size: [28, 16], imageUrl: null };
const store: FloorPlan = { id: 'store', name, size: [10, 10], imageUrl: null };
function read(
  badge: string,
  floorPlan: string | null,
  seconds: number,
  part: Partial<NonNullable<BadgeLocation['place']>> = {},
): BadgeLocation {
  return {
    position: { type: 'Point', coordinates: [3, 4] },
    source: 'anchor-7',
    provider_type: 'uwb',
    provider_id: badge,
    trackables: [],
    timestamp_generated: new Date(now - seconds * 1000).toISOString(),
    crs: 'local',
    place:
      floorPlan === null
        ? null
        : { floorPlan, position: [3, 4], radius: 1, isZone: false, area: null, ...part },
  };
}
const ids = (plan: FloorPlan, list: BadgeLocation[]): string[] =>
  badgesOn(plan, list, now).map((badge) => badge.id);

describe('badges on a plan', () => {
  it('are those that the API has on it, and not long ago', () => {
    const list = [
      read('a', 'hall', 1),
      read('b', 'store', 1),
      read('gps', null, 1),
      read('d', 'hall', 400),
      read('c', 'hall', 60),
    ];
    expect(ids(hall, list)).toEqual(['a', 'c']);
    expect(ids(store, list)).toEqual(['b']);
    expect(badgesOn(hall, list, now).map(({ stale }) => stale)).toEqual([false, true]);
  });

  it('show one badge once: the more accurate of two from the same time, else the newer', () => {
    const portal = read('a', 'hall', 1, { radius: 2, isZone: true });
    const fix = read('a', 'hall', 2, { radius: 0.3, position: [9, 9] });
    expect(badgesOn(hall, [portal, fix], now)).toMatchObject([{ point: [9, 9] }]);
    const old = read('a', 'hall', 60, { radius: 0.3, position: [9, 9] });
    expect(badgesOn(hall, [old, portal], now)).toMatchObject([{ point: [3, 4], isZone: true }]);
  });
});
