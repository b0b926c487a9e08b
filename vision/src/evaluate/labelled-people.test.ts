import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { labelledStates, ownerOf, wearHeadwear } from './labelled-people.ts';

const part = (label: string, ...box: Box) => ({ label, box });
const upright: Box = [100, 100, 140, 220];

describe('ownerOf', () => {
  it('assigns a head to its person, also where two people overlap', () => {
    const behind: Box = [120, 80, 160, 200];
    expect(ownerOf(part('head', 128, 82, 144, 98), [upright, behind])).toBe(1);
    expect(ownerOf(part('head', 112, 102, 128, 118), [upright, behind])).toBe(0);
  });

  it('assigns no person to a part that lies mostly outside of all', () => {
    expect(ownerOf(part('helmet', 130, 100, 160, 120), [upright])).toBe(null);
    expect(ownerOf(part('helmet', 130, 100, 150, 120), [upright])).toBe(0);
  });

  it('assigns the head of a person who bends down', () => {
    // The head in the lower third of the box, where the rule would not expect it.
    expect(ownerOf(part('helmet', 104, 190, 120, 206), [upright])).toBe(0);
  });
});

describe('labelledStates', () => {
  it('is worn, missing, or null', () => {
    const people: Box[] = [upright, [300, 100, 340, 220], [500, 100, 540, 220]];
    const parts = [part('helmet', 112, 100, 128, 114), part('head', 312, 100, 328, 118)];
    expect(labelledStates(people, parts, 'helmet')).toEqual(['worn', 'missing', null]);
    expect(labelledStates(people, parts, 'vest')).toEqual([null, null, null]);
  });

  it('is null where the labels contradict each other', () => {
    const parts = [part('helmet', 112, 100, 128, 114), part('head', 112, 104, 128, 120)];
    expect(labelledStates([upright], parts, 'helmet')).toEqual([null]);
  });

  it('assigns one helmet to each of two overlapping people', () => {
    const neighbour: Box = [125, 100, 165, 220];
    const parts = [part('helmet', 112, 100, 127, 114), part('helmet', 138, 100, 153, 114)];
    expect(labelledStates([upright, neighbour], parts, 'helmet')).toEqual(['worn', 'worn']);
  });
});

describe('wearHeadwear', () => {
  it('tells a cap from a bare head and from a helmet', () => {
    const people: Box[] = [upright, [300, 100, 340, 220], [500, 100, 540, 220]];
    const parts = [
      { ...part('head', 112, 100, 128, 114), isHeadwear: true as const },
      part('head', 312, 100, 328, 118),
      part('helmet', 512, 100, 528, 114),
    ];
    expect(wearHeadwear(people, parts)).toEqual([true, false, false]);
  });
});
