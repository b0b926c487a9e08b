import { type Location, location } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { type KnownPlaces, placeOf } from './places.ts';

const known: KnownPlaces = {
  plans: new Set(['hall']),
  readers: new Map([
    ['gate/antenna-1', { floorPlan: 'hall', field: { centre: [3, 4], radius: 1.5 } }],
    ['cell-gate', { floorPlan: 'hall', field: { centre: [12, 9.2], radius: 0.9 } }],
    ['uwb-server', { floorPlan: 'hall', field: null }],
  ]),
  earth: [],
};
const fix = (changes: Partial<Location>): Location =>
  location.parse({
    position: { type: 'Point', coordinates: [7, 8] },
    source: 'hall',
    provider_type: 'uwb',
    provider_id: 'badge-1',
    timestamp_generated: '2026-11-28T06:00:00.000Z',
    accuracy: 2.45,
    ...changes,
  });
const zone = (position: [number, number], accuracy: number) => ({
  floorPlan: 'hall',
  position,
  accuracy,
  isZone: true,
});

describe('the place of a fix on a floor plan', () => {
  it('is a point with a standard deviation, on the plan that the source names or is known to be on', () => {
    const point = { floorPlan: 'hall', position: [7, 8], accuracy: 1, isZone: false };
    for (const source of ['hall', 'hall/anchor-3', 'uwb-server', 'uwb-server/cell-2']) {
      expect(placeOf(fix({ source }), known), source).toEqual(point);
    }
    const { accuracy: _, ...silent } = fix({});
    expect(placeOf(silent, known)).toEqual(point);
    expect(placeOf(fix({ accuracy: 0 }), known)?.accuracy).toBe(0.05);
  });

  it('is the field of a reader, whatever coordinates the read has', () => {
    const nowhere = {
      provider_type: 'rfid' as const,
      position: { type: 'Point' as const, coordinates: [0, 0] as [number, number] },
      accuracy: 10_000,
    };
    const read = (source: string) => placeOf(fix({ ...nowhere, source }), known);
    expect(read('gate/antenna-1')).toEqual(zone([3, 4], 1.5));
    expect(read('cell-gate')).toEqual(zone([12, 9.2], 0.9));
    expect(read('cell-gate/antenna-2')).toEqual(zone([12, 9.2], 0.9));
    // An antenna without a place gives no position, and not (0, 0).
    expect(read('gate/antenna-2')).toBeNull();
    expect(read('gate')).toBeNull();
  });

  it('is none by GPS, and none from a source that is on no plan', () => {
    expect(placeOf(fix({ crs: 'EPSG:4326' }), known)).toBeNull();
    expect(placeOf(fix({ source: 'traccar' }), known)).toBeNull();
    const { accuracy: _, ...read } = fix({ provider_type: 'rfid' });
    expect(placeOf(read, known)).toBeNull();
  });
});
