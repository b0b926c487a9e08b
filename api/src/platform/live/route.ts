import type { FastifyRequest } from 'fastify';
import type { App } from '../http/app-types.ts';
import { refuseForeignOrigin } from '../http/same-origin.ts';
import type { LiveEvents } from './live-events.ts';

/**
 * Options of a route for WebSockets of browsers, which cannot set a header: the first message authenticates.
 * Pages of other sites are refused at the handshake, with 403.
 */
export const browserSocket = {
  websocket: true as const,
  config: { public: true as const },
  schema: { hide: true },
  preValidation: async (request: FastifyRequest) => refuseForeignOrigin(request),
};

/** The WebSocket of the browsers. Pages of other sites are refused at the handshake, with 403. */
export function serveLiveEvents(app: App, live: Pick<LiveEvents, 'accept'>): void {
  app.get('/api/v1/live-events', browserSocket, (socket, request) =>
    live.accept(socket, request.ip),
  );
}
