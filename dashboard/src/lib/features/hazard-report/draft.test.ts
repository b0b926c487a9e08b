import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Area } from '$lib/features/hazards/reference.svelte.ts';
import type { HazardType } from '$lib/features/hazards/types.ts';
import {
  areaAt,
  emptyDraft,
  keepLast,
  levelOf,
  placeFor,
  problemOf,
  readLast,
  reportOf,
} from './draft.ts';

const name = { zh: '区', en: 'Area' };
const square = (x: number, y: number, side: number): number[][] => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
];
const areaOf = (id: string, polygon: number[][] | null): Area => ({
  id,
  name,
  site: 'main',
  floorPlan: 'hall',
  kind: 'workshop',
  department: null,
  polygon,
  dust: 'none',
  active: true,
});
const hall = areaOf('hall-floor', square(0, 0, 20));
const cell = areaOf('cell', square(5, 5, 4));
const areas = [hall, cell, areaOf('unknown', null)];
const types: HazardType[] = [
  { id: 'fire', name, defaultLevel: 'major', violationRules: [], active: true, sort: 1 },
  { id: 'other', name, defaultLevel: 'general', violationRules: [], active: true, sort: 2 },
];
const place = {
  site: 'main',
  areaId: 'cell',
  floorPlan: 'hall',
  position: [6, 6] as [number, number],
};
const now = Date.UTC(2026, 10, 25, 6);
const draft = { ...emptyDraft, description: 'smoke', type: 'fire', place };

beforeEach(() => localStorage.clear());

describe('a report', () => {
  it('requires a text or a file, a type and a place only', () => {
    expect(problemOf(draft, 0, now)).toBeNull();
    expect(problemOf({ ...draft, description: ' ' }, 0, now)).toBe('empty');
    expect(problemOf({ ...draft, description: '' }, 1, now)).toBeNull();
    expect(problemOf({ ...draft, type: null }, 0, now)).toBe('type');
    expect(problemOf({ ...draft, place: null }, 0, now)).toBe('place');
    const later = new Date(now + 3_600_000).toISOString();
    expect(problemOf({ ...draft, foundAt: later }, 0, now)).toBe('future');
  });

  it('is found at the time of sending, unless entered', () => {
    const at = new Date(now);
    expect(reportOf(draft, types, at, 'phone')).toEqual({
      description: 'smoke',
      type: 'fire',
      suggestedLevel: 'major',
      site: 'main',
      areaId: 'cell',
      floorPlan: 'hall',
      position: [6, 6],
      foundAt: at.toISOString(),
      source: 'phone',
    });
    const earlier = '2026-11-25T05:00:00.000Z';
    expect(reportOf({ ...draft, foundAt: earlier }, types, at, 'phone').foundAt).toBe(earlier);
  });

  it('has the type’s level, unless entered', () => {
    expect(levelOf(draft, types)).toBe('major');
    expect(levelOf({ ...draft, level: 'general' }, types)).toBe('general');
    expect(levelOf({ ...draft, type: 'gone' }, types)).toBe('general');
  });
});

describe('the default place', () => {
  const sites = [{ id: 'main' }];

  it('is that of the QR code, else the last one, else the only site', () => {
    const none = new URLSearchParams();
    const last = { site: 'main', areaId: 'hall-floor', floorPlan: 'hall', position: null };
    expect(placeFor(new URLSearchParams('area=cell'), last, areas, sites)?.areaId).toBe('cell');
    expect(placeFor(new URLSearchParams('area=gone'), last, areas, sites)).toBe(last);
    // An area of another department, which is not in this user's list.
    expect(placeFor(new URLSearchParams('site=main&area=store'), last, areas, sites)?.areaId).toBe(
      'store',
    );
    expect(placeFor(none, null, areas, sites)).toMatchObject({ site: 'main', areaId: null });
    expect(placeFor(none, null, areas, [...sites, { id: 'other' }])).toBeNull();
  });

  it('is stored per user, without the exact point', () => {
    keepLast('a', { place, type: 'fire' });
    expect(readLast('a')).toEqual({ place: { ...place, position: null }, type: 'fire' });
    expect(readLast('b')).toBeNull();
  });
});

describe('the area at a point of the plan', () => {
  it('is the smallest that contains it', () => {
    expect(areaAt(areas, 'hall', [6, 6])?.id).toBe('cell');
    expect(areaAt(areas, 'hall', [15, 15])?.id).toBe('hall-floor');
    expect(areaAt(areas, 'hall', [25, 5])).toBeNull();
    expect(areaAt(areas, 'store', [6, 6])).toBeNull();
  });

  it('is found for any point inside', () => {
    const coordinate = fc.double({ min: 5.01, max: 8.99, noNaN: true });
    fc.assert(
      fc.property(coordinate, coordinate, (x, y) => areaAt(areas, 'hall', [x, y])?.id === 'cell'),
    );
  });
});
