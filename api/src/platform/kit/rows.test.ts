import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { answered, recordOf } from './records.ts';
import { answerFrom } from './rows.ts';
import { day, line } from './schemas.ts';

describe('the answer of a row', () => {
  it('has the fields of its schema, with days, times and decimals as JSON has them', () => {
    const fields = { name: line(5), on: day, until: day.nullable(), quantity: z.number() };
    const schema = z.object({
      ...answered(fields),
      at: z.iso.datetime(),
      state: z.enum(['a', 'b']),
    });
    const row = {
      tenantId: 'demo',
      name: 'x',
      on: new Date('2026-11-27'),
      until: null,
      quantity: new Prisma.Decimal('0.125'),
      at: new Date('2026-11-27T01:02:03.004Z'),
    };
    expect(answerFrom(schema, row, { state: 'a' as const })).toEqual({
      name: 'x',
      on: '2026-11-27',
      until: null,
      quantity: 0.125,
      at: '2026-11-27T01:02:03.004Z',
      state: 'a',
    });
  });

  it('takes what is given before what is stored', () => {
    const schema = recordOf({ name: line(5) });
    const row = { id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', name: 'stored', version: 2 };
    expect(answerFrom(schema, row, { name: 'given' })).toEqual({ ...row, name: 'given' });
  });
});
