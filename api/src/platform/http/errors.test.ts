import { describe, expect, it } from 'vitest';
import { Problem } from './errors.ts';

describe('a problem', () => {
  it('has a code, a description and a remedy', () => {
    expect(new Problem('violation.version-conflict', undefined, { current: 1 }).toJSON()).toEqual({
      type: 'urn:anshi:problem:violation.version-conflict',
      title: 'Someone else reviewed this violation meanwhile',
      status: 409,
      code: 'violation.version-conflict',
      detail: 'Look at the row in current, and decide again with its version.',
      current: 1,
    });
  });
});
