import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Camera, User } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import { SeenObserver } from '../../../test/seen-observer.ts';
import { engineDetail } from './live-ways.ts';
import Tile from './Tile.svelte';

const camera = {
  id: 'hall-west',
  name: { zh: '西', en: 'West' },
  picture: [1280, 720],
  zones: [],
  lines: [],
  health: { state: 'live', fault: null, codec: 'h264', live: { available: true, reason: null } },
} as unknown as Camera;
let asked: string[];

beforeEach(() => {
  i18n.set('en');
  asked = [];
  vi.stubGlobal('IntersectionObserver', SeenObserver);
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url, location.href);
    if (!pathname.startsWith('/api/v1/live/')) return Response.json({ items: [] });
    asked.push(pathname);
    const still = { camera: 'hall-west', at: '2026-12-01T08:00:00Z', jpeg: '/9j/', moved: false };
    return Response.json({ items: [{ ...still, tag: '0123456789abcdef', unchanged: false }] });
  });
  history.replaceState(null, '', '/?engine=stills');
  session.start({
    accessToken: 'token',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    user: { id: 'u', permissions: ['camera:read', 'live:watch'] } as unknown as User,
  });
});
afterEach(() => {
  cleanup();
  history.replaceState(null, '', '/');
  session.expire();
  vi.unstubAllGlobals();
});
const open = (large: boolean) =>
  render(Tile, {
    camera,
    overlays: true,
    focusable: true,
    large,
    onopen: () => {},
    onfocus: () => {},
  });

it('shows stills alone where the address asks for it, and names them at the rim', async () => {
  open(false);
  expect((await screen.findByTestId('tile-engine')).textContent?.trim()).toBe('stills');
  expect(new Set(asked)).toEqual(new Set(['/api/v1/live/stills']));
});

it('says why in the enlarged view', async () => {
  open(true);
  expect((await screen.findByTestId('tile-engine')).textContent?.trim()).toBe(
    'stills: the address of the page asks for it',
  );
});

it.each([
  ['en', ['Live video', 'Simple video'], 'Picture sent by mediasoup (WebRTC)'],
  ['zh-CN', ['实时视频', '简易视频'], '画面由 mediasoup (WebRTC) 发送'],
] as const)(
  'names the way in words that people know, and the program in the detail: %s',
  (locale, names, detail) => {
    i18n.set(locale);
    const { ways, sentBy } = i18n.t.wall;
    expect([ways.webrtc, ways.mpeg1]).toEqual(names);
    expect(sentBy(engineDetail('mediasoup', 'webrtc'), null)).toBe(detail);
    expect(engineDetail('node-rtsp-stream', 'mpeg1')).toBe('node-rtsp-stream (MPEG-1)');
  },
);
