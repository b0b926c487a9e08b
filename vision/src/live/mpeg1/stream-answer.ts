import type { ServerResponse } from 'node:http';
import type { Mpeg1Sink } from './mpeg1-views.ts';

/** The API reads at once, and leaves out what a viewer does not take; an answer that waits is dead. */
const MOST_WAITING = 4 * 1024 * 1024;

/**
 * A view as the body of an answer: MPEG-TS without an end.
 *
 * @param onClose called when the API has left.
 */
export function streamSink(response: ServerResponse, onClose: () => void): Mpeg1Sink {
  response.on('close', onClose);
  return {
    write(bytes) {
      if (response.destroyed) return;
      if (response.writableLength > MOST_WAITING) response.destroy();
      else response.write(bytes);
    },
    // Not `end`: what waits would still be shown.
    close: () => void response.destroy(),
  };
}
