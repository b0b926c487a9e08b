import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { answered, changeOf, inputOf, recordOf } from './records.ts';
import { line } from './schemas.ts';

const fields = {
  name: line(5).min(1).describe('Its name.'),
  phone: line(3).nullable(),
  tags: z.array(z.string()).default([]),
};

describe('the schemas of a record', () => {
  it('accept a new one without nullable or default fields, and no unknown ones', () => {
    const input = inputOf(fields);
    expect(input.parse({ name: ' a ' })).toEqual({ name: 'a', phone: null, tags: [] });
    expect(input.safeParse({ name: 'a', other: 1 }).success).toBe(false);
    expect(input.safeParse({ name: 'a', phone: 'long' }).success).toBe(false);
  });

  it('accept a change with its version; missing fields are unchanged', () => {
    const change = changeOf(fields);
    expect(change.parse({ version: 1 })).toEqual({ version: 1 });
    expect(change.parse({ version: 1, phone: null })).toEqual({ version: 1, phone: null });
    expect(change.safeParse({ name: 'a' }).success).toBe(false);
  });

  it('return what is stored, also where new ones have narrower limits', () => {
    const stored = { name: 'longer', phone: '12345', tags: ['x'] };
    expect(z.object(answered(fields)).parse(stored)).toEqual(stored);
    expect(answered(fields).name.description).toBe('Its name.');
    expect(recordOf(fields).safeParse(stored).success).toBe(false);
  });
});
