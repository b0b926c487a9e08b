import { describe, expect, it } from 'vitest';
import { Problem } from '../http/errors.ts';
import {
  isDatabaseUnavailable,
  isRefusedByDatabase,
  isUnstorable,
  isWorthRepeating,
} from './database-errors.ts';

describe('an unavailable database', () => {
  it.each([
    { code: 'P1001' },
    { name: 'DriverAdapterError', cause: { originalCode: '57P01', kind: 'postgres' } },
    { code: 'P2010', meta: { driverAdapterError: { cause: { kind: 'DatabaseNotReachable' } } } },
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
    new Error('Connection terminated unexpectedly'),
    new Error('Query read timeout'),
  ])('is recognised by its error %#', (error) => {
    expect(isDatabaseUnavailable(error)).toBe(true);
  });

  it.each([{ code: 'P2002' }, new Error('duplicate key'), new Problem('auth.wrong'), null, 'x'])(
    'is not recognised by %#',
    (error) => {
      expect(isDatabaseUnavailable(error)).toBe(false);
    },
  );
});

describe('values that the database rejects', () => {
  it.each([
    [{ code: 'P2002' }, true, false, false],
    [{ cause: { originalCode: '23505' } }, true, false, false],
    [{ code: 'P2020' }, true, true, false],
    [{ cause: { originalCode: '22021', kind: 'postgres' } }, true, true, false],
    [{ code: 'P2034' }, false, false, true],
    [{ meta: { driverAdapterError: { cause: { originalCode: '40P01' } } } }, false, false, true],
    [new Error('something else'), false, false, false],
  ])('is told apart, %#', (error, refused, unstorable, again) => {
    expect([isRefusedByDatabase(error), isUnstorable(error), isWorthRepeating(error)]).toEqual([
      refused,
      unstorable,
      again,
    ]);
  });
});
