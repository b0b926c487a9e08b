/**
 * Pages do not see the pings of a WebSocket: so often this message tells them that the connection is alive, ms.
 * They take it for lost after 25 s of silence.
 */
const BEAT_EVERY_MS = 10_000;

/** Sends beats to the pages that are open at each moment; returns a function that ends it. */
export function startBeats<One>(
  pages: Iterable<One>,
  send: (page: One, message: { type: 'beat' }) => void,
): () => void {
  const timer = setInterval(() => {
    for (const page of pages) send(page, { type: 'beat' });
  }, BEAT_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
