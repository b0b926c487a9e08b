import { describe, expect, it } from 'vitest';
import { standing } from './draw.ts';

describe('compliance of a person', () => {
  it('is compliant only with a detected helmet and vest', () => {
    expect(standing({ equipment: { helmet: 'worn', vest: 'worn' }, violations: [] })).toBe(
      'compliant',
    );
    expect(standing({ equipment: { helmet: 'unknown', vest: 'worn' }, violations: [] })).toBe(
      'unknown',
    );
    // Missing, but not confirmed yet, or not required here.
    expect(standing({ equipment: { helmet: 'missing', vest: 'worn' }, violations: [] })).toBe(
      'unknown',
    );
  });

  it('is a violation while a confirmed rule holds, regardless of equipment', () => {
    expect(standing({ equipment: { helmet: 'worn', vest: 'worn' }, violations: ['robot'] })).toBe(
      'violation',
    );
  });
});
