import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AlarmSound } from './sound.svelte.ts';

let tones: number;
let state: AudioContextState;
let listeners: (() => void)[];
function become(next: AudioContextState): void {
  state = next;
  for (const listener of listeners) listener();
}
class FakeContext {
  currentTime = 0;
  destination = {};
  get state(): AudioContextState {
    return state;
  }
  addEventListener(_type: string, listener: () => void): void {
    listeners.push(listener);
  }
  async resume(): Promise<void> {
    become('running');
  }
  createOscillator(): object {
    return {
      frequency: { value: 0 },
      connect: (next: object) => next,
      start: () => {
        tones += 1;
      },
      stop: () => {},
    };
  }
  createGain(): object {
    const gain = { setValueAtTime: () => {}, linearRampToValueAtTime: () => {} };
    return { gain, connect: (next: object) => next };
  }
}

/** Locks of a browser in which another tab holds the one of the sound, until `next`. */
let released: boolean;
function fakeLocks() {
  const asked: (() => Promise<void>)[] = [];
  released = false;
  const request = vi.fn((_name: string, _options: object, hold: () => Promise<void>) => {
    asked.push(hold);
    return new Promise<void>(() => {});
  });
  vi.stubGlobal('navigator', { locks: { request } });
  return {
    request,
    next: () =>
      void asked
        .shift()?.()
        .then(() => {
          released = true;
        }),
  };
}

let sound: AlarmSound;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('AudioContext', FakeContext);
  tones = 0;
  listeners = [];
  state = 'running';
  sound = new AlarmSound();
});
afterEach(() => {
  sound.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('repeats two tones until it is stopped', () => {
  sound.start();
  expect(tones).toBe(2);
  vi.advanceTimersByTime(6_000);
  expect(tones).toBe(6);
  // A second start, as of a changed page, doubles nothing.
  sound.start();
  vi.advanceTimersByTime(3_000);
  expect(tones).toBe(8);
  sound.stop();
  vi.advanceTimersByTime(30_000);
  expect(tones).toBe(8);
});

it('says that the browser waits for a click, and sounds after it', async () => {
  state = 'suspended';
  sound.start();
  vi.advanceTimersByTime(6_000);
  expect([tones, sound.blocked]).toEqual([0, true]);
  await sound.unblock();
  expect([tones, sound.blocked]).toEqual([2, false]);
  vi.advanceTimersByTime(3_000);
  expect(tones).toBe(4);
});

it('does not say so of a context that begins a moment later', () => {
  state = 'suspended';
  sound.start();
  vi.advanceTimersByTime(100);
  become('running');
  vi.advanceTimersByTime(1_000);
  expect([tones, sound.blocked]).toEqual([2, false]);
});

it('of several tabs one sounds, and the next when that one is closed', async () => {
  const { request, next } = fakeLocks();
  sound.start();
  vi.advanceTimersByTime(6_000);
  expect([tones, request.mock.calls.length]).toEqual([0, 1]);
  next();
  expect(tones).toBe(2);
  vi.advanceTimersByTime(3_000);
  expect(tones).toBe(4);
});

it('a tab that may not play leaves the sound to another', async () => {
  const { request, next } = fakeLocks();
  state = 'suspended';
  sound.start();
  vi.advanceTimersByTime(6_000);
  expect(request).not.toHaveBeenCalled();
  await sound.unblock();
  expect(request).toHaveBeenCalledOnce();
  next();
  expect(tones).toBe(2);
  // The browser takes the right back, as after a sleep.
  become('suspended');
  vi.advanceTimersByTime(1_000);
  expect(sound.blocked).toBe(true);
  await Promise.resolve();
  expect(released).toBe(true);
});

it('says before the first alarm that it would be silent, until a click', async () => {
  state = 'suspended';
  const end = sound.watch();
  vi.advanceTimersByTime(1_000);
  expect([tones, sound.blocked]).toEqual([0, true]);
  await sound.unblock();
  expect([tones, sound.blocked]).toEqual([0, false]);
  // An alarm that is over leaves the watch as it was.
  sound.start();
  sound.stop();
  become('suspended');
  vi.advanceTimersByTime(1_000);
  expect(sound.blocked).toBe(true);
  end();
  expect(sound.blocked).toBe(false);
});
