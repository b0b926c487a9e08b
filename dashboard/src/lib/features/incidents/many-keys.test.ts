import { expect, it } from 'vitest';
import { manyKey } from './many-keys.ts';

const plain = { shift: false, chosen: 0, isOn: false, asking: false };

it('marks by keys, and leaves the others to the open record', () => {
  const shift = { ...plain, shift: true };
  expect(manyKey('j', shift)).toEqual({ kind: 'range', step: 1 });
  expect(manyKey('ArrowUp', shift)).toEqual({ kind: 'range', step: -1 });
  expect(manyKey('a', shift)).toEqual({ kind: 'all' });
  expect(manyKey('x', plain)).toEqual({ kind: 'mark' });
  for (const key of ['j', 'k', 'c', 'd', 'a', 'u', '1', 'Escape', 'ArrowDown']) {
    expect([key, manyKey(key, plain)]).toEqual([key, null]);
  }
});

it('decides on the marked rows, with a reason', () => {
  const some = { ...plain, chosen: 3, isOn: true };
  expect(manyKey('c', some)).toEqual({ kind: 'confirm' });
  expect(manyKey('d', some)).toEqual({ kind: 'ask' });
  expect(manyKey('Escape', some)).toEqual({ kind: 'clear' });
  expect(manyKey('3', { ...some, asking: true })).toEqual({ kind: 'reason', index: 2 });
  expect(manyKey('Escape', { ...some, asking: true })).toEqual({ kind: 'drop' });
  // To move in the list and to undo mean the same as ever.
  for (const key of ['j', 'u', '?']) expect([key, manyKey(key, some)]).toEqual([key, null]);
});
