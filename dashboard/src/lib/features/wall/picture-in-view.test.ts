import { cleanup, render } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Camera, User } from '$lib/api/types.ts';
import { live } from '$lib/live/live.svelte.ts';
import type { ClientMessage } from '$lib/live/messages.ts';
import { session } from '$lib/session/session.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
import LivePicture from './LivePicture.svelte';

/*
 * The API pushes observations of the pictures on the screen alone: a picture that is scrolled away is
 * unsubscribed. Here is no layout, so the test says what is in view.
 */

/** What says whether an element is in view. */
class FakeObserver {
  static all: FakeObserver[] = [];
  readonly #tell: IntersectionObserverCallback;
  readonly watched = new Set<Element>();
  constructor(tell: IntersectionObserverCallback) {
    this.#tell = tell;
    FakeObserver.all.push(this);
  }
  observe(element: Element): void {
    this.watched.add(element);
  }
  disconnect(): void {
    this.watched.clear();
  }
  tell(target: Element, isIntersecting: boolean): void {
    const entry = { target, isIntersecting } as IntersectionObserverEntry;
    this.#tell([entry], this as unknown as IntersectionObserver);
  }
}

/** The connection to the API: it accepts the token at once. */
class FakeSocket {
  static sent: ClientMessage[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor() {
    queueMicrotask(() => this.onopen?.());
  }
  send(text: string): void {
    const message = JSON.parse(text) as ClientMessage;
    if (message.type === 'auth') this.onmessage?.({ data: JSON.stringify({ type: 'ready' }) });
    else FakeSocket.sent.push(message);
  }
  close(): void {}
}

/** Tests the subscription to observations alone; no video is requested. */
const cameraOf = (id: string) =>
  ({
    id,
    name: { zh: id, en: id },
    picture: [1280, 720],
    zones: [],
    lines: [],
    health: { state: 'live', fault: null, live: { available: false, reason: 'no engine' } },
  }) as unknown as Camera;

/** Scrolls a picture into the view or out of it. */
function scroll(picture: HTMLElement, isIntersecting: boolean): void {
  const observers = FakeObserver.all.filter(({ watched }) => watched.has(picture));
  expect(observers).toHaveLength(1);
  observers[0]!.tell(picture, isIntersecting);
}
const sent = (...messages: ['subscribe' | 'unsubscribe', string][]) =>
  eventually(() =>
    expect(FakeSocket.sent).toEqual(messages.map(([type, topic]) => ({ type, topics: [topic] }))),
  );
const show = (id: string) => {
  const { container, unmount } = render(LivePicture, { camera: cameraOf(id), overlays: true });
  return { picture: container.querySelector<HTMLElement>('[data-testid=live-picture]')!, unmount };
};

beforeEach(async () => {
  vi.stubGlobal('IntersectionObserver', FakeObserver);
  vi.stubGlobal('WebSocket', FakeSocket);
  FakeObserver.all = [];
  FakeSocket.sent = [];
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
  vi.unstubAllGlobals();
});

it('asks for the observations of a picture only while it is on the screen', async () => {
  const { picture: west } = show('hall-west');
  expect(FakeSocket.sent).toEqual([]);
  scroll(west, true);
  await sent(['subscribe', 'observations:hall-west']);
  scroll(west, false);
  await sent(['subscribe', 'observations:hall-west'], ['unsubscribe', 'observations:hall-west']);
  scroll(west, true);
  await sent(
    ['subscribe', 'observations:hall-west'],
    ['unsubscribe', 'observations:hall-west'],
    ['subscribe', 'observations:hall-west'],
  );
});

it('asks for those in view alone, where one is and another is not, and for none of a closed one', async () => {
  const [west, aisle] = [show('hall-west'), show('aisle')];
  scroll(west.picture, true);
  scroll(aisle.picture, false);
  await sent(['subscribe', 'observations:hall-west']);
  west.unmount();
  await sent(['subscribe', 'observations:hall-west'], ['unsubscribe', 'observations:hall-west']);
  expect(FakeObserver.all.map(({ watched }) => watched.size)).toEqual([0, 1]);
});

it('asks for the names of a picture only for an account that may see positions, and takes them back when they are over', async () => {
  const { picture } = show('hall-west');
  scroll(picture, true);
  await sent(['subscribe', 'observations:hall-west']);
  cleanup();
  FakeSocket.sent = [];
  FakeObserver.all = [];
  session.start({
    accessToken: 'token',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    user: {
      id: 'u',
      username: 'u',
      roles: [],
      permissions: ['live:watch', 'location:read'],
    } as unknown as User,
  });
  const named = show('hall-west');
  scroll(named.picture, true);
  await eventually(() =>
    expect(
      FakeSocket.sent.flatMap((one) => ('topics' in one ? one.topics : [])).toSorted(),
    ).toEqual(['names:hall-west', 'observations:hall-west']),
  );
});
