import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { User } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { live } from '$lib/live/live.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import { type FakeAudio, stubAudio } from '../../../test/fake-audio.ts';
import ScreenPage from './ScreenPage.svelte';

/** A paired screen on a wall, without a keyboard most of the time: its sound. */
let audio: FakeAudio;
let ringing: string[];

const paired = () => ({
  accessToken: 'a',
  expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  user: { id: 's1', screen: true, permissions: [] } as unknown as User,
  screen: { name: 'East wall', groupName: { zh: '东墙', en: 'East' }, cameras: [] },
});

beforeEach(() => {
  i18n.set('en');
  audio = stubAudio();
  ringing = [];
  vi.useFakeTimers({ shouldAdvanceTime: true });
  vi.spyOn(live, 'start').mockImplementation(() => {});
  vi.stubGlobal('fetch', async (request: Request | string) => {
    const { pathname } = new URL(
      typeof request === 'string' ? request : request.url,
      location.href,
    );
    if (pathname === '/api/v1/screen/session') return Response.json(paired());
    if (pathname !== '/api/v1/desk-alarms/of-screen') throw new TypeError('no network');
    const newestAt = ringing.length > 0 ? new Date().toISOString() : null;
    return Response.json({ total: ringing.length, cameras: ringing, newestAt });
  });
});
afterEach(() => {
  cleanup();
  session.expire();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function show() {
  render(ScreenPage);
  await screen.findByTestId('screen-bar');
  return userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
}
const seconds = (n: number) => vi.advanceTimersByTimeAsync(n * 1_000);

it('says that its sound is off before the first alarm and during it, and sounds from a key on until it is over', async () => {
  audio.state = 'suspended';
  const user = await show();
  await seconds(1);
  expect(screen.getByTestId('screen-muted').textContent).toContain('no sound yet: press any key');
  ringing = ['gate'];
  await seconds(4);
  expect(screen.getByTestId('screen-alarm').textContent).toContain('Alarm: gate');
  expect(screen.getByTestId('screen-muted')).toBeTruthy();
  expect(audio.tones).toBe(0);

  await user.keyboard(' ');
  await seconds(1);
  expect(screen.queryByTestId('screen-muted')).toBeNull();
  expect(audio.tones).toBeGreaterThanOrEqual(2);
  const before = audio.tones;
  await seconds(6);
  expect(audio.tones).toBe(before + 4);
  ringing = [];
  await seconds(3);
  expect(screen.queryByTestId('screen-alarm')).toBeNull();
  const after = audio.tones;
  await seconds(30);
  expect(audio.tones).toBe(after);
});

it('sounds without a key where the browser lets it, and says so when it does not any more', async () => {
  await show();
  ringing = ['gate'];
  await seconds(4);
  expect(screen.queryByTestId('screen-muted')).toBeNull();
  expect(audio.tones).toBeGreaterThanOrEqual(2);
  // As after a sleep of the computer.
  audio.become('suspended');
  await seconds(1);
  expect(screen.getByTestId('screen-muted')).toBeTruthy();
});
