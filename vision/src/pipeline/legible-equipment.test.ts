import type { Equipment } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { LegibleEquipment } from './legible-equipment.ts';

const bare: Equipment = { helmet: 'missing', vest: 'worn' };

describe('the equipment of a tracked person', () => {
  it('is not reported as missing at low contrast; what is worn stays', () => {
    const legible = new LegibleEquipment();
    expect(legible.of('a', bare, false)).toEqual({ helmet: 'unknown', vest: 'worn' });
    expect(legible.of('a', bare, true)).toBe(bare);
  });

  it('stays unknown where it was missing in better light, also where it is called worn', () => {
    const legible = new LegibleEquipment();
    const both: Equipment = { helmet: 'worn', vest: 'worn' };
    legible.of('a', bare, true);
    expect(legible.of('a', both, false)).toEqual({ helmet: 'unknown', vest: 'worn' });
    // Another person, and the same one in good light.
    expect(legible.of('b', both, false)).toEqual(both);
    expect(legible.of('a', both, true)).toBe(both);
    expect(legible.of('a', both, false)).toEqual(both);
  });

  it('forgets those who left', () => {
    const legible = new LegibleEquipment();
    legible.of('a', bare, true);
    legible.keep(new Set());
    expect(legible.of('a', { helmet: 'worn' }, false)).toEqual({ helmet: 'worn' });
  });
});

describe('the count of people at low contrast', () => {
  it('has each person once in ten seconds', () => {
    const legible = new LegibleEquipment();
    for (let at = 0; at < 25_000; at += 200) legible.count('stands in a dark corner', at, false);
    legible.count('passes', 25_000, true);
    expect(legible.takeCount()).toEqual({ people: 4, illegible: 3 });
    expect(legible.takeCount()).toEqual({ people: 0, illegible: 0 });
  });
});
