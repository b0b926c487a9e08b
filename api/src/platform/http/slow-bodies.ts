import { Readable } from 'node:stream';
import type { App } from './app-types.ts';

/**
 * Ends a request whose body is not complete in time, against slow-body attacks (Slowloris),
 * authenticated or not. Bodies that are streamed to the disk, such as videos over a slow line, have
 * the server's own longer limit.
 */
export function cutSlowBodies(app: App, withinMs: number): void {
  const timers = new WeakMap<object, NodeJS.Timeout>();
  app.addHook('onRequest', async ({ raw }) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = raw.headers;
    if (raw.complete || (encoding === undefined && Number(length ?? 0) === 0)) return;
    const timer = setTimeout(() => raw.destroy(), withinMs);
    timers.set(raw, timer);
    // Also where it was answered before its end: the rest of it is still expected.
    for (const event of ['end', 'close'] as const) raw.once(event, () => clearTimeout(timer));
  });
  app.addHook('preValidation', async ({ raw, body }) => {
    if (body instanceof Readable) clearTimeout(timers.get(raw));
  });
}
