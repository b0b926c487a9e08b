import { describe, expect, it } from 'vitest';
import { Selection } from './selection.svelte.ts';

const order = ['a', 'b', 'c', 'd', 'e'];
const marked = (selection: Selection) => order.filter((id) => selection.has(id)).join('');

describe('the marked rows', () => {
  it('are a range from the last marked row, which gets shorter as well', () => {
    const selection = new Selection();
    selection.toggle('b');
    selection.rangeTo('d', order);
    expect(marked(selection)).toBe('bcd');
    selection.rangeTo('c', order);
    expect(marked(selection)).toBe('bc');
    selection.rangeTo('a', order);
    expect(marked(selection)).toBe('ab');
  });

  it('keep what was marked beside the range', () => {
    const selection = new Selection();
    selection.toggle('a');
    selection.toggle('c');
    selection.rangeTo('e', order);
    expect(marked(selection)).toBe('acde');
    selection.toggle('d');
    expect(marked(selection)).toBe('ace');
  });

  it('grow by steps of the keys: from the open row, or from the first', () => {
    const selection = new Selection();
    expect(selection.extend(1, order, 'b')).toBe('c');
    expect(selection.extend(1, order, 'b')).toBe('d');
    expect(marked(selection)).toBe('bcd');
    expect(selection.extend(-1, order, 'b')).toBe('c');
    expect(marked(selection)).toBe('bc');
    selection.clear();
    expect(selection.extend(1, order, null)).toBe('a');
    expect(marked(selection)).toBe('a');
    expect(selection.extend(-1, order, null)).toBe('a');
    expect(new Selection().extend(1, [], null)).toBeNull();
  });

  it('are dropped once decided, and the mode ends with the last one', () => {
    const selection = new Selection();
    selection.tapping = true;
    selection.all(order);
    selection.drop(['a', 'b']);
    expect([marked(selection), selection.isOn]).toEqual(['cde', true]);
    selection.drop(order);
    expect([marked(selection), selection.isOn, selection.tapping]).toEqual(['', false, false]);
  });
});
