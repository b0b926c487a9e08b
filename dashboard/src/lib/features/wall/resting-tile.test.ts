import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Camera, User } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { live } from '$lib/live/live.svelte.ts';
import type { ClientMessage } from '$lib/live/messages.ts';
import { session } from '$lib/session/session.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
import { SeenObserver } from '../../../test/seen-observer.ts';
import LivePicture from './LivePicture.svelte';

/** A small tile has stills while nothing happens before its camera, and is live with the first person. */

/** The connection to the API, and those of pictures, which never begin. */
class FakeSocket {
  static api: FakeSocket | null = null;
  static pictures = 0;
  static picture: FakeSocket | null = null;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor(address: string | URL) {
    if (String(address).includes('live-video')) {
      FakeSocket.pictures += 1;
      FakeSocket.picture = this;
    } else FakeSocket.api = this;
    queueMicrotask(() => this.onopen?.());
  }
  send(text: string): void {
    const message = JSON.parse(text) as ClientMessage;
    if (message.type === 'auth') this.onmessage?.({ data: JSON.stringify({ type: 'ready' }) });
  }
  close(): void {}
}

const camera = {
  id: 'aisle',
  name: { zh: '通道', en: 'Aisle' },
  picture: [1280, 720],
  zones: [],
  lines: [],
  health: { state: 'live', worker: 'w1', fault: null, live: { available: true, reason: null } },
} as unknown as Camera;
const person = { track: '1', box: [0, 0, 10, 20], violations: [], zones: [], equipment: {} };
const see = (people: number) =>
  FakeSocket.api?.onmessage?.({
    data: JSON.stringify({
      type: 'observation',
      observation: {
        camera: 'aisle',
        at: new Date().toISOString(),
        width: 1280,
        height: 720,
        people: Array.from({ length: people }, () => person),
        parts: [],
        machines: [],
      },
    }),
  });
let moved: boolean;
let stills: number;
const state = () => screen.getByTestId('live-picture').dataset.live;

beforeEach(async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  vi.stubGlobal('IntersectionObserver', SeenObserver);
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('RTCPeerConnection', undefined);
  FakeSocket.pictures = stills = 0;
  moved = false;
  vi.stubGlobal('fetch', async (request: Request) => {
    if (!request.url.includes('/live/stills?')) return Response.json({}, { status: 404 });
    stills += 1;
    const still = { camera: 'aisle', at: '2026-12-01T08:00:07.000Z', jpeg: 'AAAA', moved };
    return Response.json({ items: [{ ...still, tag: '0123456789abcdef', unchanged: false }] });
  });
  session.start({
    accessToken: 'token',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    user: { id: 'u', username: 'u', roles: [], permissions: ['live:watch'] } as unknown as User,
  });
  live.start();
  await eventually(() => expect(live.state.name).toBe('open'));
});
afterEach(() => {
  cleanup();
  live.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function rest(): Promise<void> {
  await eventually(() => {
    see(0);
    expect(state()).toBe('resting');
  });
  await screen.findByTestId('live-still');
}

it('is live with the first person, and rests ten seconds after the last one', async () => {
  render(LivePicture, { camera, overlays: false, mayRest: true });
  await rest();
  const before = FakeSocket.pictures;
  see(1);
  await eventually(() => expect(state()).not.toBe('resting'));
  await eventually(() => expect(FakeSocket.pictures).toBe(before + 1));
  for (let second = 0; second < 8; second++) {
    await vi.advanceTimersByTimeAsync(1_000);
    see(0);
  }
  expect(state()).not.toBe('resting');
  for (let second = 0; second < 5; second++) {
    await vi.advanceTimersByTimeAsync(1_000);
    see(0);
  }
  await eventually(() => expect(state()).toBe('resting'));
});

it('is live where something moves that is no person, such as a vehicle', async () => {
  render(LivePicture, { camera, overlays: false, mayRest: true });
  await rest();
  moved = true;
  await vi.advanceTimersByTimeAsync(1_500);
  await eventually(() => expect(state()).not.toBe('resting'));
});

it('a tile that may not rest, such as a large one, asks for its video', async () => {
  render(LivePicture, { camera, overlays: false });
  see(0);
  await eventually(() => expect(FakeSocket.pictures).toBe(1));
  await vi.advanceTimersByTimeAsync(3_000);
  see(0);
  expect(state()).not.toBe('resting');
});

it('asks for no video while the camera sends nothing, says so, and continues when it is back', async () => {
  i18n.set('en');
  const seen = vi.fn();
  render(LivePicture, { camera, overlays: false, onObservation: seen });
  await eventually(() => expect(FakeSocket.pictures).toBe(1));
  see(0);
  expect(seen).toHaveBeenCalled();
  // Observations end with the pictures; the health of the camera is renewed seconds later.
  await vi.advanceTimersByTimeAsync(3_000);
  FakeSocket.picture?.onclose?.();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(FakeSocket.pictures).toBe(1);
  expect(state()).toBe('silent');
  expect(screen.getByTestId('no-picture').textContent).toContain('The camera sends no picture now');
  see(0);
  await vi.advanceTimersByTimeAsync(1_000);
  await eventually(() => expect(FakeSocket.pictures).toBe(2));
});
