import type { App } from '../http/app-types.ts';
import { refuseForeignOrigin } from '../http/same-origin.ts';
import type { LiveEvents } from './live-events.ts';

/** The WebSocket of the browsers. Pages of other sites are refused at the handshake, with 403. */
export function serveLiveEvents(app: App, live: Pick<LiveEvents, 'accept'>): void {
  app.get(
    '/api/v1/live-events',
    {
      websocket: true,
      // Browsers cannot set a header here: the first message authenticates.
      config: { public: true },
      schema: { hide: true },
      preValidation: async (request) => refuseForeignOrigin(request),
    },
    (socket, request) => live.accept(socket, request.ip),
  );
}
