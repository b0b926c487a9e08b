import { expect, it } from 'vitest';
import { ApiError } from '$lib/api/problem.ts';
import { Refused, SignedOut } from './sync.ts';
import { meaningOf } from './upload.ts';

it('distinguishes permanent from transient errors', () => {
  const of = (status: number) => meaningOf(new ApiError(status, 'some.code', 'why'));
  for (const status of [400, 403, 404, 409, 413, 415, 422])
    expect(of(status)).toBeInstanceOf(Refused);
  for (const status of [0, 408, 423, 429, 500, 503]) expect(of(status)).toBeInstanceOf(ApiError);
  expect(of(401)).toBeInstanceOf(SignedOut);
  expect(of(415)).toMatchObject({ code: 'some.code', message: 'why' });
  const bug = new TypeError('x');
  expect(meaningOf(bug)).toBe(bug);
});
