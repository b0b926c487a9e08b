import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { live } from '$lib/live/live.svelte.ts';
import { answerWithin, lostAfter, ScreenAlarmFeed } from './screen-alarms.svelte.ts';
import type { ScreenAlarms } from './screens-api.ts';

const none: ScreenAlarms = { total: 0, cameras: [], newestAt: null };
const one: ScreenAlarms = { total: 1, cameras: ['west'], newestAt: '2026-12-01T08:00:00Z' };
let answer: (signal: AbortSignal) => Promise<ScreenAlarms>;
let asked: number;
let tell: () => void;
let stop: () => void;
let feed: ScreenAlarmFeed;

beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
  answer = async () => none;
  vi.spyOn(live, 'on').mockImplementation((topic, _type, listener) => {
    expect(topic).toBe('screen-alarms');
    tell = () => listener({ type: 'screen-alarms' } as never);
    return () => {};
  });
  feed = new ScreenAlarmFeed((signal) => {
    asked++;
    return answer(signal);
  });
  stop = feed.follow();
});
afterEach(() => {
  stop();
  live.lost = false;
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('the alarms of a screen', () => {
  it('are read at once where a message tells of one, also while a request runs', async () => {
    await vi.advanceTimersByTimeAsync(0);
    expect([asked, feed.value]).toEqual([1, none]);
    answer = async () => one;
    tell();
    await vi.advanceTimersByTimeAsync(0);
    expect([asked, feed.value]).toEqual([2, one]);
    // What runs may have begun before the change.
    let end: (alarms: ScreenAlarms) => void = () => {};
    answer = () => new Promise((resolve) => (end = resolve));
    tell();
    tell();
    expect(asked).toBe(3);
    answer = async () => none;
    end(one);
    await vi.advanceTimersByTimeAsync(0);
    expect([asked, feed.value]).toEqual([4, none]);
  });

  it('are read every two seconds without a message', async () => {
    await vi.advanceTimersByTimeAsync(0);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(asked).toBe(4);
  });
});

describe('a screen without its server', () => {
  it('says since when, keeps the last alarms, and continues by itself', async () => {
    answer = async () => one;
    tell();
    await vi.advanceTimersByTimeAsync(10_000);
    const heard = Date.now();
    answer = () => Promise.reject(new TypeError('fetch failed'));
    expect(feed.lostSince).toBeNull();
    await vi.advanceTimersByTimeAsync(lostAfter + 3_000);
    expect(Math.abs((feed.lostSince ?? 0) - heard)).toBeLessThanOrEqual(2_000);
    expect(feed.value).toEqual(one);
    const since = feed.lostSince;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(feed.lostSince).toBe(since);
    answer = async () => none;
    await vi.advanceTimersByTimeAsync(2_000);
    expect([feed.lostSince, feed.value]).toEqual([null, none]);
  });

  it('says so where the server takes requests and does not answer, and where the live connection is lost', async () => {
    await vi.advanceTimersByTimeAsync(0);
    // The request gets no response and is aborted by its signal.
    const never = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      const control = new AbortController();
      setTimeout(() => control.abort(new Error('late')), ms);
      return control.signal;
    });
    answer = never;
    await vi.advanceTimersByTimeAsync(lostAfter + answerWithin);
    expect(feed.lostSince).not.toBeNull();
    answer = async () => none;
    await vi.advanceTimersByTimeAsync(answerWithin + 3_000);
    expect(feed.lostSince).toBeNull();
    live.lost = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(feed.lostSince).not.toBeNull();
  });
});
