import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type FakeAudio, stubAudio } from '../../../test/fake-audio.ts';
import { AlarmSound } from './sound.svelte.ts';

let audio: FakeAudio;

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
  audio = stubAudio();
  sound = new AlarmSound();
});
afterEach(() => {
  sound.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('repeats two tones until it is stopped', () => {
  sound.start();
  expect(audio.tones).toBe(2);
  vi.advanceTimersByTime(6_000);
  expect(audio.tones).toBe(6);
  // A second start, as of a changed page, doubles nothing.
  sound.start();
  vi.advanceTimersByTime(3_000);
  expect(audio.tones).toBe(8);
  sound.stop();
  vi.advanceTimersByTime(30_000);
  expect(audio.tones).toBe(8);
});

it('says that the browser waits for a click, and sounds after it', async () => {
  audio.state = 'suspended';
  sound.start();
  vi.advanceTimersByTime(6_000);
  expect([audio.tones, sound.blocked]).toEqual([0, true]);
  await sound.unblock();
  expect([audio.tones, sound.blocked]).toEqual([2, false]);
  vi.advanceTimersByTime(3_000);
  expect(audio.tones).toBe(4);
});

it('does not say so of a context that begins a moment later', () => {
  audio.state = 'suspended';
  sound.start();
  vi.advanceTimersByTime(100);
  audio.become('running');
  vi.advanceTimersByTime(1_000);
  expect([audio.tones, sound.blocked]).toEqual([2, false]);
});

it('of several tabs one sounds, and the next when that one is closed', async () => {
  const { request, next } = fakeLocks();
  sound.start();
  vi.advanceTimersByTime(6_000);
  expect([audio.tones, request.mock.calls.length]).toEqual([0, 1]);
  next();
  expect(audio.tones).toBe(2);
  vi.advanceTimersByTime(3_000);
  expect(audio.tones).toBe(4);
});

it('a tab that may not play leaves the sound to another', async () => {
  const { request, next } = fakeLocks();
  audio.state = 'suspended';
  sound.start();
  vi.advanceTimersByTime(6_000);
  expect(request).not.toHaveBeenCalled();
  await sound.unblock();
  expect(request).toHaveBeenCalledOnce();
  next();
  expect(audio.tones).toBe(2);
  // The browser takes the right back, as after a sleep.
  audio.become('suspended');
  vi.advanceTimersByTime(1_000);
  expect(sound.blocked).toBe(true);
  await Promise.resolve();
  expect(released).toBe(true);
});

it('says before the first alarm that it would be silent, until a click', async () => {
  audio.state = 'suspended';
  const end = sound.watch();
  vi.advanceTimersByTime(1_000);
  expect([audio.tones, sound.blocked]).toEqual([0, true]);
  await sound.unblock();
  expect([audio.tones, sound.blocked]).toEqual([0, false]);
  // An alarm that is over leaves the watch as it was.
  sound.start();
  sound.stop();
  audio.become('suspended');
  vi.advanceTimersByTime(1_000);
  expect(sound.blocked).toBe(true);
  end();
  expect(sound.blocked).toBe(false);
});
