import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetServerTime, learnServerTime } from '$lib/api/server-clock.ts';
import { Setting } from '$lib/settings/setting.svelte.ts';
import { incidentOf } from '../../../test/incident.ts';
import { dividerOf, LastLook } from './last-look.svelte.ts';

const START = Date.parse('2026-11-25T06:20:00.000Z');
const isoAt = (minutes: number) => new Date(START + 60_000 * minutes).toISOString();
let setting: Setting<{ at: string } | null>;
let asked: string[];
let look: LastLook;
let number = 0;

const visible = (state: 'visible' | 'hidden') => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
};

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  localStorage.clear();
  asked = [];
  setting = new Setting({
    key: `look-${++number}`,
    copy: `anshi.test.look-${number}`,
    usual: () => null,
    parse: (value) => value as { at: string } | null,
  });
  look = new LastLook({
    setting,
    count: async (since) => {
      asked.push(since);
      return 37;
    },
  });
});
afterEach(() => {
  vi.useRealTimers();
  forgetServerTime();
});

describe('the last look at the queue', () => {
  it('is nothing at first, and then the end of the look before', async () => {
    look.begin()();
    expect([look.since, asked]).toEqual([null, []]);
    expect(setting.value).toEqual({ at: isoAt(0) });
    vi.setSystemTime(START + 3_600_000);
    const end = look.begin();
    await vi.advanceTimersByTimeAsync(0);
    expect([look.since, look.count]).toEqual([isoAt(0), 37]);
    // As long as it lasts, the number is of what came since the look before.
    vi.setSystemTime(START + 2 * 3_600_000);
    await look.recount();
    expect(asked.at(-1)).toBe(isoAt(0));
    end();
    expect(setting.value).toEqual({ at: isoAt(120) });
  });

  it('has no number while it cannot be counted', async () => {
    setting.adopt({ at: isoAt(-60) });
    const failing = new LastLook({
      setting,
      count: () => Promise.reject(new TypeError('no network')),
    });
    failing.begin();
    await vi.advanceTimersByTimeAsync(0);
    expect([failing.since, failing.count]).toEqual([isoAt(-60), null]);
  });

  it('ends by the clock of the API where that of the browser is ahead', () => {
    // This PC is ten minutes ahead: what came in ten minutes would count as seen.
    learnServerTime(new Date(START - 600_000).toUTCString());
    look.begin()();
    expect(setting.value).toEqual({ at: isoAt(-10) });
    // What such a PC stored before is put right.
    setting.adopt({ at: isoAt(0) });
    look.begin()();
    expect(setting.value).toEqual({ at: isoAt(-10) });
  });

  it('is that of another device, once the account says so', async () => {
    setting.adopt({ at: isoAt(-600) });
    const end = look.begin();
    expect(look.since).toBe(isoAt(-600));
    setting.adopt({ at: isoAt(-5) });
    await tick();
    expect(look.since).toBe(isoAt(-5));
    end();
  });

  it('ends with an absence, but not with a glance at another tab', async () => {
    setting.adopt({ at: isoAt(-600) });
    const end = look.begin();
    vi.setSystemTime(START + 600_000);
    visible('hidden');
    vi.setSystemTime(START + 620_000);
    visible('visible');
    expect(look.since).toBe(isoAt(-600));
    vi.setSystemTime(START + 1_200_000);
    visible('hidden');
    vi.setSystemTime(START + 4_800_000);
    visible('visible');
    expect(look.since).toBe(isoAt(20));
    end();
  });

  it('never goes back behind one of another window', () => {
    setting.adopt({ at: isoAt(0.5) });
    look.begin()();
    expect(setting.value).toEqual({ at: isoAt(0.5) });
  });
});

it('the list parts where new and seen meet, in both orders, and not where all is one', () => {
  const rows = (...minutes: number[]) =>
    minutes.map((one, n) => incidentOf(n + 1, { openedAt: isoAt(one) }));
  const idOf = (n: number) => incidentOf(n).id;
  expect(dividerOf(rows(3, 2, -1), isoAt(0))).toEqual({ id: idOf(3), newAbove: true });
  expect(dividerOf(rows(-3, 2, 3), isoAt(0))).toEqual({ id: idOf(2), newAbove: false });
  for (const minutes of [[3, 2], [-3, -2], []]) {
    expect(dividerOf(rows(...minutes), isoAt(0))).toBeNull();
  }
  expect(dividerOf(rows(3, -1), null)).toBeNull();
});
