import { describe, expect, it } from 'vitest';
import { ipText, protectionFault } from './protection.ts';

const fault = (ipSolids: number | null, ipWater: number | null, dust: string | null = 'dusty') =>
  protectionFault({ ipSolids, ipWater }, dust);

describe('the protection of a device', () => {
  it.each([
    [6, 7],
    [6, 8],
    [6, 9],
  ])('IP%i%i suits a dusty place', (solids, water) => {
    expect(fault(solids, water)).toBeNull();
  });

  it.each([
    [6, 6],
    [5, 7],
    [0, 0],
    [5, null],
    [null, 6],
  ])('IP%s%s is too low there', (solids, water) => {
    expect(fault(solids, water)).toBe('low');
  });

  it('is not known where a digit that could be high enough is not known', () => {
    expect([fault(null, null), fault(6, null), fault(null, 7)]).toEqual(Array(3).fill('unknown'));
  });

  it('does not matter elsewhere, or without an area', () => {
    expect([fault(0, 0, 'none'), fault(null, null, null)]).toEqual([null, null]);
  });

  it('is written as on the housing', () => {
    expect(ipText({ ipSolids: 6, ipWater: 7 })).toBe('IP67');
    expect(ipText({ ipSolids: 6, ipWater: null })).toBe('IP6X');
    expect(ipText({ ipSolids: null, ipWater: null })).toBeNull();
  });
});
