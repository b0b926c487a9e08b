import { describe, expect, it } from 'vitest';
import { stepOf } from '../../test/workflow.ts';
import { fieldsOf, missingOf } from './action-form.ts';
import { deadlineOf, span } from './deadline.ts';

describe('the deadline of a record', () => {
  const now = Date.UTC(2026, 10, 25, 6);
  const at = (hours: number) => new Date(now + hours * 3_600_000).toISOString();
  const of = (dueAt: string | null, closedAt: string | null = null) =>
    deadlineOf({ dueAt, closedAt }, now);

  it('is urgent on the last day and when overdue, and not when closed', () => {
    expect(of(at(30))).toEqual({ urgency: 'ahead', left: 30 * 3_600_000 });
    expect(of(at(3)).urgency).toBe('soon');
    expect(of(at(-3))).toEqual({ urgency: 'over', left: 3 * 3_600_000 });
    expect(of(at(-3), at(-4)).urgency).toBe('closed');
    expect(of(null).urgency).toBe('none');
  });

  it('is shown in its two largest units', () => {
    expect(span(76 * 3_600_000)).toEqual({ days: 3, hours: 4, minutes: 0 });
    expect(span(5 * 3_600_000 + 12 * 60_000)).toEqual({ days: 0, hours: 5, minutes: 12 });
    expect(span(59_000)).toEqual({ days: 0, hours: 0, minutes: 0 });
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

  it('reports the first missing input, and counts matching evidence only', () => {
    expect(missingOf(submit, {}, [])).toEqual({ field: 'measures' });
    expect(missingOf(submit, { measures: '  ' }, [])).toEqual({ field: 'measures' });
    expect(missingOf(submit, { measures: 'bolted' }, [{ kind: 'document' }])).toEqual({ files: 1 });
    expect(missingOf(submit, { measures: 'bolted' }, [{ kind: 'photo' }])).toBeNull();
  });

  it('sends numbers as numbers and omits empty fields', () => {
    expect(fieldsOf(submit.fields, { measures: ' bolted ', cost: '12.5' })).toEqual({
      measures: 'bolted',
      cost: 12.5,
    });
    expect(fieldsOf(submit.fields, { measures: 'x', cost: '' })).toEqual({ measures: 'x' });
  });
});
