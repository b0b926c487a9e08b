import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pwa } from './pwa.svelte.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('isSecureContext', true);
  vi.stubEnv('DEV', false);
});
afterEach(() => {
  vi.useRealTimers();
  Reflect.deleteProperty(navigator, 'serviceWorker');
});

/** A browser whose service workers do this. */
function browserWith(parts: { register: () => unknown; ready?: Promise<unknown> }): void {
  const container = Object.assign(new EventTarget(), {
    controller: null,
    ready: new Promise(() => {}),
    ...parts,
  });
  Object.defineProperty(navigator, 'serviceWorker', { value: container, configurable: true });
}
async function follow(): Promise<Pwa> {
  const pwa = new Pwa();
  const stop = pwa.follow(() => {});
  await vi.advanceTimersByTimeAsync(31_000);
  stop();
  return pwa;
}

it.each([
  [
    'throws',
    () => {
      throw new DOMException('denied', 'SecurityError');
    },
  ],
  ['is refused', () => Promise.reject(new DOMException('denied', 'SecurityError'))],
  ['never answers', () => new Promise(() => {})],
])(
  'a service worker whose registration %s is told as blocked, and breaks nothing',
  async (_, register) => {
    browserWith({ register });
    const pwa = await follow();
    expect([pwa.blocked, pwa.offlineReady]).toEqual([true, false]);
  },
);

it('a browser that does not even name service workers is told as blocked', async () => {
  Object.defineProperty(navigator, 'serviceWorker', {
    configurable: true,
    get: () => {
      throw new DOMException('denied', 'SecurityError');
    },
  });
  const pwa = await follow();
  expect(pwa.blocked).toBe(true);
});

it('one that is ready is not blocked', async () => {
  const registration = Object.assign(new EventTarget(), { waiting: null, update: async () => {} });
  browserWith({ register: async () => registration, ready: Promise.resolve(registration) });
  const pwa = await follow();
  expect([pwa.blocked, pwa.offlineReady]).toEqual([false, true]);
});
