import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { live } from '$lib/live/live.svelte.ts';
import { followNames } from './track-names.ts';

interface Said {
  camera: string;
  names: { track: string; name: string | null }[];
}
let say: (message: Said) => void = () => {};
const left = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(live, 'on').mockImplementation((_topic, _type, listener) => {
    say = listener as unknown as typeof say;
    return left;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it('gives the names of one camera, and none once nothing was said for a while', () => {
  const taken: [string, string | null][][] = [];
  const leave = followNames('hall', (names) => taken.push([...names]));
  say({ camera: 'gate', names: [{ track: 't', name: '张三' }] });
  say({
    camera: 'hall',
    names: [
      { track: 't', name: '李四' },
      { track: 'u', name: null },
    ],
  });
  expect(taken).toEqual([
    [
      ['t', '李四'],
      ['u', null],
    ],
  ]);
  vi.advanceTimersByTime(2_000);
  say({ camera: 'hall', names: [{ track: 't', name: '李四' }] });
  vi.advanceTimersByTime(2_000);
  expect(taken).toHaveLength(2);
  vi.advanceTimersByTime(1_000);
  expect(taken.at(-1)).toEqual([]);
  leave();
  expect(left).toHaveBeenCalled();
});
