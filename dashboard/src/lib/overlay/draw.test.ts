import { describe, expect, it } from 'vitest';
import { standing } from './draw.ts';

describe('standing of a person', () => {
  it('is compliant only where helmet and vest were both seen', () => {
    expect(standing({ helmet: 'worn', vest: 'worn', violations: [] })).toBe('compliant');
    expect(standing({ helmet: 'unknown', vest: 'worn', violations: [] })).toBe('unknown');
    // Missing, but not confirmed for long enough yet, or not asked for here.
    expect(standing({ helmet: 'missing', vest: 'worn', violations: [] })).toBe('unknown');
  });

  it('is a violation while a confirmed rule holds, whatever is worn', () => {
    expect(standing({ helmet: 'worn', vest: 'worn', violations: ['robot'] })).toBe('violation');
  });
});
