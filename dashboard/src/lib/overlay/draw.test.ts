import { describe, expect, it } from 'vitest';
import { standing } from './draw.ts';

describe('compliance of a person', () => {
  it('is compliant only with a detected helmet and vest', () => {
    expect(standing({ helmet: 'worn', vest: 'worn', violations: [] })).toBe('compliant');
    expect(standing({ helmet: 'unknown', vest: 'worn', violations: [] })).toBe('unknown');
    // Missing, but not confirmed yet, or not required here.
    expect(standing({ helmet: 'missing', vest: 'worn', violations: [] })).toBe('unknown');
  });

  it('is a violation while a confirmed rule holds, regardless of equipment', () => {
    expect(standing({ helmet: 'worn', vest: 'worn', violations: ['robot'] })).toBe('violation');
  });
});
