/// <reference types="@sveltejs/kit" />
/// <reference no-default-lib="true"/>
/// <reference lib="esnext" />
/// <reference lib="webworker" />

import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
} from 'workbox-precaching';
import { build, files, version } from '$service-worker';

/*
 * Caches the app, so that it opens offline: in a cellar, a tank farm. Only the app's own files are
 * cached; API responses never are, since they belong to one user and must not be available to the
 * next.
 */
const worker = self as unknown as ServiceWorkerGlobalScope;

/** The page and its start script; the adapter inserts the script's real name. */
const shell = '/';
const startScript = '/_app/start-script-of-the-shell.js';

precacheAndRoute([
  { url: shell, revision: version },
  { url: startScript, revision: null },
  ...build.map((url) => ({ url, revision: null })),
  ...files.map((url) => ({ url, revision: version })),
]);
cleanupOutdatedCaches();

// Every address without a file is a page of the app.
const page = createHandlerBoundToURL(shell);
worker.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.mode !== 'navigate' || url.origin !== worker.location.origin) return;
  // The shell itself is handled above; the API and its files are not pages.
  if (url.pathname === shell || url.pathname.startsWith('/api/')) return;
  event.respondWith(page({ event, request: event.request, url }));
});

// A new version waits for the user's confirmation, so that no form is lost.
worker.addEventListener('message', (event) => {
  if (event.data === 'take-over') void worker.skipWaiting();
});
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

interface Pushed {
  title: string;
  body: string;
  link: string | null;
}

function readPush(data: PushMessageData | null): Pushed {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  try {
    const sent = (data?.json() ?? {}) as Partial<Record<keyof Pushed, unknown>>;
    return {
      title: text(sent.title) || '安视 Anshi',
      body: text(sent.body),
      link: ownPath(sent.link),
    };
  } catch {
    return { title: '安视 Anshi', body: data?.text() ?? '', link: null };
  }
}

/** An address within this app only. */
function ownPath(link: unknown): string | null {
  if (typeof link !== 'string' || !link.startsWith('/')) return null;
  const url = new URL(link, worker.location.origin);
  return url.origin === worker.location.origin ? url.pathname + url.search : null;
}

worker.addEventListener('push', (event) => {
  const { title, body, link } = readPush(event.data);
  event.waitUntil(
    worker.registration.showNotification(title, {
      body,
      icon: '/icons/icon-192.png',
      badge: '/icons/badge-96.png',
      data: { link },
      // A later notice on the same subject replaces the earlier one.
      ...(link ? { tag: link } : {}),
    }),
  );
});

worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const link = ownPath(event.notification.data?.link) ?? shell;
  event.waitUntil(open(link));
});

/** Opens the address in an open window of the app, else in a new one. */
async function open(link: string): Promise<void> {
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const known = windows.find((client) => new URL(client.url).origin === worker.location.origin);
  if (!known) return void (await worker.clients.openWindow(link));
  await known.focus();
  known.postMessage({ type: 'open', link });
}
