import { describe, expect, it } from 'vitest';
import { isDatabaseUnavailable } from './database-errors.ts';
import { Problem } from './errors.ts';

describe('a problem', () => {
  it('says what is wrong, by a code, and what to do', () => {
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

describe('a database that is away', () => {
  it.each([
    { code: 'P1001' },
    { name: 'DriverAdapterError', cause: { originalCode: '57P01', kind: 'postgres' } },
    { code: 'P2010', meta: { driverAdapterError: { cause: { kind: 'DatabaseNotReachable' } } } },
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
    new Error('Connection terminated unexpectedly'),
    new Error('Query read timeout'),
  ])('is told from its error %#', (error) => {
    expect(isDatabaseUnavailable(error)).toBe(true);
  });

  it.each([{ code: 'P2002' }, new Error('duplicate key'), new Problem('auth.wrong'), null, 'x'])(
    'is not told from %#',
    (error) => {
      expect(isDatabaseUnavailable(error)).toBe(false);
    },
  );
});
