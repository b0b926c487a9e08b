import { describe, expect, it } from 'vitest';
import { mergedSetting } from './merged-setting.ts';

describe('a setting changed in two places', () => {
  const before = { tiles: 4, names: true, order: ['a', 'b'] };

  it('takes each field from where it was changed', () => {
    const mine = { ...before, order: ['b', 'a'] };
    expect(mergedSetting(before, mine, { ...before, tiles: 16 })).toEqual({
      tiles: 16,
      names: true,
      order: ['b', 'a'],
    });
  });

  it('takes a field that was changed in both places from here', () => {
    expect(mergedSetting(before, { ...before, tiles: 9 }, { ...before, tiles: 16 })).toEqual({
      ...before,
      tiles: 9,
    });
  });

  it('removes a field that was removed here, and keeps one that was added there', () => {
    const { names: _, ...mine } = before;
    expect(mergedSetting(before, mine, { ...before, patrol: 10 })).toEqual({
      tiles: 4,
      order: ['a', 'b'],
      patrol: 10,
    });
  });

  it('is the value from here where there are no fields, or it is not known what it was', () => {
    expect(mergedSetting('dark', 'light', 'dark')).toBe('light');
    expect(mergedSetting([1], [1, 2], [1, 3])).toEqual([1, 2]);
    expect(mergedSetting(undefined, { tiles: 1 }, { tiles: 2 })).toEqual({ tiles: 1 });
  });
});
