import { expect, it } from 'vitest';
import { changedFields, givenOnly, requireVersion } from './save.ts';

it('the log gets the changed fields, including masked ones', () => {
  const before = { name: 'a', tags: ['x'], phone: '1***', note: null };
  const after = { name: 'b', tags: ['x'], phone: '1***', note: null };
  expect(changedFields(before, after)).toEqual({
    before: { name: 'a' },
    after: { name: 'b' },
    fields: ['name'],
  });
  expect(changedFields(before, after, ['phone']).fields).toEqual(['name', 'phone']);
});

it('a change of an outdated version is answered with the current record', () => {
  const row = { version: 3, name: 'a' };
  const code = 'person.version-conflict';
  expect(() => requireVersion(code, row, 3)).not.toThrow();
  expect(() => requireVersion(code, null, 0)).not.toThrow();
  for (const [current, version] of [
    [row, 2],
    [row, 4],
    [null, 1],
  ] as const) {
    expect(() => requireVersion(code, current, version)).toThrow(
      expect.objectContaining({ code, status: 409, extra: { current } }),
    );
  }
});

it('fields missing in a request are not given', () => {
  expect(givenOnly({ a: 1, b: undefined, c: null })).toEqual({ a: 1, c: null });
});
