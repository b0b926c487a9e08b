import { describe, expect, it } from 'vitest';
import { fieldsOf, missingOf } from './action-form.ts';
import { deadlineOf, span } from './deadline.ts';
import { defaultFilters, isNarrowed, listQuery, readFilters, writeFilters } from './filters.ts';
import { actionLetters, hazardKey } from './keys.ts';
import type { HazardTransition } from './types.ts';

const stepOf = (
  id: string,
  en: string,
  part: Partial<HazardTransition> = {},
): HazardTransition => ({
  id,
  name: { zh: id, en },
  to: 'next',
  fields: [],
  evidence: null,
  ...part,
});

describe('filters of hazards', () => {
  it('are the same after a way through the address', () => {
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

  it('ask the API for what the view names', () => {
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

  it('narrow the list with anything but the view and the order', () => {
    expect(isNarrowed({ ...defaultFilters, view: 'all', order: 'oldest' })).toBe(false);
    expect(isNarrowed({ ...defaultFilters, q: ' x ' })).toBe(true);
    expect(isNarrowed({ ...defaultFilters, level: 'major' })).toBe(true);
  });
});

describe('the deadline of a hazard', () => {
  const now = Date.UTC(2026, 10, 25, 6);
  const at = (hours: number) => new Date(now + hours * 3_600_000).toISOString();
  const of = (dueAt: string | null, closedAt: string | null = null) =>
    deadlineOf({ dueAt, closedAt, overdue: false }, now);

  it('presses on the last day and after it, and no more when it is over', () => {
    expect(of(at(30))).toEqual({ urgency: 'ahead', left: 30 * 3_600_000 });
    expect(of(at(3)).urgency).toBe('soon');
    expect(of(at(-3))).toEqual({ urgency: 'over', left: 3 * 3_600_000 });
    expect(of(at(-3), at(-4)).urgency).toBe('closed');
    expect(of(null).urgency).toBe('none');
  });

  it('is told in its two largest units', () => {
    expect(span(76 * 3_600_000)).toEqual({ days: 3, hours: 4, minutes: 0 });
    expect(span(5 * 3_600_000 + 12 * 60_000)).toEqual({ days: 0, hours: 5, minutes: 12 });
    expect(span(59_000)).toEqual({ days: 0, hours: 0, minutes: 0 });
  });
});

describe('keys of hazards', () => {
  const steps = [
    stepOf('accept', 'Accept as general'),
    stepOf('accept-major', 'Accept as major'),
    stepOf('return', 'Return for more'),
    stepOf('reject', 'Reject'),
  ];

  it('give each step a letter of its own, never one that is taken', () => {
    const letters = actionLetters([...steps, stepOf('join', 'Join')]);
    expect([...letters.values()]).toEqual(['a', 'c', 'r', 'e', 'o']);
    expect(new Set(letters.values()).size).toBe(5);
  });

  it('move, open, search and take steps', () => {
    expect(hazardKey('j', steps)).toEqual({ kind: 'next' });
    expect(hazardKey('ArrowUp', steps)).toEqual({ kind: 'previous' });
    expect(hazardKey('/', steps)).toEqual({ kind: 'search' });
    expect(hazardKey('r', steps)).toMatchObject({ transition: { id: 'return' } });
    expect(hazardKey('r', [])).toBeNull();
  });
});

describe('the form of a step', () => {
  const submit = stepOf('submit', 'Hand in', {
    fields: [
      {
        id: 'measures',
        name: { zh: '措施', en: 'Measures' },
        type: 'text',
        required: true,
        choices: [],
      },
      {
        id: 'cost',
        name: { zh: '费用', en: 'Cost' },
        type: 'number',
        required: false,
        choices: [],
      },
    ],
    evidence: { min: 1, kinds: ['photo', 'video'] },
  });

  it('names the first thing that is missing, and counts only evidence that fits', () => {
    expect(missingOf(submit, {}, [])).toEqual({ field: 'measures' });
    expect(missingOf(submit, { measures: '  ' }, [])).toEqual({ field: 'measures' });
    expect(missingOf(submit, { measures: 'bolted' }, [{ kind: 'document' }])).toEqual({ files: 1 });
    expect(missingOf(submit, { measures: 'bolted' }, [{ kind: 'photo' }])).toBeNull();
  });

  it('sends numbers as numbers and leaves out what is empty', () => {
    expect(fieldsOf(submit.fields, { measures: ' bolted ', cost: '12.5' })).toEqual({
      measures: 'bolted',
      cost: 12.5,
    });
    expect(fieldsOf(submit.fields, { measures: 'x', cost: '' })).toEqual({ measures: 'x' });
  });
});
