import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Camera, User } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import LivePicture from './LivePicture.svelte';

const camera = {
  id: 'hall-west',
  name: { zh: '西', en: 'West' },
  picture: [1280, 720],
  zones: [],
  lines: [],
  health: { state: 'live', fault: null, live: { available: true, reason: null } },
} as unknown as Camera;
const signedIn = (permissions: string[]) => {
  session.start({
    accessToken: 'token',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    user: { id: 'u', username: 'u', roles: [], permissions } as unknown as User,
  });
};

beforeEach(() => i18n.set('en'));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('says to an account that may not watch why there is no picture, and asks for none', async () => {
  const fetched = vi.fn();
  vi.stubGlobal('fetch', fetched);
  signedIn(['camera:read', 'violation:read']);
  render(LivePicture, { camera, overlays: true });
  await screen.findByText(/may not watch live video/);
  expect(fetched).not.toHaveBeenCalled();
});

it('waits for the picture where the account may watch', async () => {
  signedIn(['camera:read', 'live:watch']);
  render(LivePicture, { camera, overlays: true });
  await screen.findByText(i18n.t.wall.waitingForFrame);
});

it('shows stills of a camera whose stream no browser plays, and says why there is no video', async () => {
  const observers: IntersectionObserverCallback[] = [];
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(callback: IntersectionObserverCallback) {
        observers.push(callback);
      }
      observe(element: Element) {
        observers.at(-1)?.([{ isIntersecting: true, target: element }] as never, this as never);
      }
      disconnect() {}
    },
  );
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(new URL(request.url).pathname);
    const still = { camera: 'hall-west', at: '2026-12-01T08:00:00Z', jpeg: '/9j/', moved: false };
    return Response.json({ items: [{ ...still, tag: '0123456789abcdef', unchanged: false }] });
  });
  signedIn(['camera:read', 'live:watch']);
  const health = {
    state: 'live',
    fault: null,
    codec: 'hevc',
    live: { available: false, reason: 'the codec hevc', substream: null },
  };
  render(LivePicture, { camera: { ...camera, health } as unknown as Camera, overlays: true });
  await screen.findByTestId('live-still');
  expect(new Set(asked)).toEqual(new Set(['/api/v1/live/stills']));
  const line = await screen.findByTestId('stills-only');
  expect(line.textContent).toContain(i18n.t.wall.stillsOnly);
  expect(line.title).toBe('H.265: browsers do not play it live. Analysis and clips work.');
  expect(screen.queryByTestId('no-picture')).toBeNull();
});
