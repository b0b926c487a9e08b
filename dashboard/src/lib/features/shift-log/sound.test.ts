import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AlarmSound } from './sound.svelte.ts';

let tones: number;
let state: AudioContextState;
class FakeContext {
  currentTime = 0;
  destination = {};
  get state(): AudioContextState {
    return state;
  }
  async resume(): Promise<void> {
    state = 'running';
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

let sound: AlarmSound;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('AudioContext', FakeContext);
  tones = 0;
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
  expect(sound.blocked).toBe(false);
  vi.advanceTimersByTime(3_000);
  expect(tones).toBe(2);
});

it('of several tabs one sounds, and the next when that one is closed', async () => {
  let next: (() => void) | null = null;
  const request = vi.fn((_name: string, _options: object, hold: () => Promise<void>) => {
    return new Promise<void>((resolve) => {
      next = () => void hold().then(resolve);
    });
  });
  vi.stubGlobal('navigator', { locks: { request } });
  sound.start();
  vi.advanceTimersByTime(6_000);
  expect(tones).toBe(0);
  (next as (() => void) | null)?.();
  vi.advanceTimersByTime(3_000);
  expect(tones).toBe(2);
});
