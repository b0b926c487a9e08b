import { describe, expect, it } from 'vitest';
import { stepOf } from '../../../test/workflow.ts';
import { defaultFilters, isNarrowed, listQuery, readFilters, writeFilters } from './filters.ts';
import { hazardKey, hazardLetters } from './keys.ts';

describe('filters of hazards', () => {
  it('round-trip through the address', () => {
    const filters = {
      ...defaultFilters,
      view: 'overdue' as const,
      type: 'fire',
      level: 'major' as const,
      department: 'press-shop',
      q: 'guard rail',
      order: 'oldest' as const,
    };
    expect(readFilters(new URLSearchParams(writeFilters(filters)))).toEqual(filters);
    expect(writeFilters(defaultFilters)).toBe('');
    expect(readFilters(new URLSearchParams('view=nonsense&level=x'))).toEqual(defaultFilters);
  });

  it('map to the API query of the view', () => {
    const queryOf = (view: string) => listQuery(readFilters(new URLSearchParams({ view })));
    expect(queryOf('overdue')).toEqual({
      state: 'open',
      overdue: 'true',
      order: 'newest',
    });
    expect(queryOf('assigned')).toMatchObject({ state: 'open', mine: 'assigned' });
    expect(queryOf('reported')).toEqual({ mine: 'reported', order: 'newest' });
    expect(queryOf('closed')).toEqual({ state: 'closed', order: 'newest' });
    expect(queryOf('all')).toEqual({ order: 'newest' });
  });

  it('are active for anything but the view and the order', () => {
    expect(isNarrowed({ ...defaultFilters, view: 'all', order: 'oldest' })).toBe(false);
    expect(isNarrowed({ ...defaultFilters, q: ' x ' })).toBe(true);
    expect(isNarrowed({ ...defaultFilters, level: 'major' })).toBe(true);
  });
});

describe('keys of hazards', () => {
  const steps = [
    stepOf('accept', 'Accept as general'),
    stepOf('accept-major', 'Accept as major'),
    stepOf('return', 'Return for more'),
    stepOf('reject', 'Reject'),
  ];

  it('assign each step an unused letter', () => {
    const letters = hazardLetters([...steps, stepOf('join', 'Join')]);
    expect([...letters.values()]).toEqual(['a', 'c', 'r', 'e', 'o']);
    expect(new Set(letters.values()).size).toBe(5);
  });

  it('move, open, search and do steps', () => {
    expect(hazardKey('j', steps)).toEqual({ kind: 'next' });
    expect(hazardKey('ArrowUp', steps)).toEqual({ kind: 'previous' });
    expect(hazardKey('/', steps)).toEqual({ kind: 'search' });
    expect(hazardKey('r', steps)).toMatchObject({ transition: { id: 'return' } });
    expect(hazardKey('r', [])).toBeNull();
  });
});
