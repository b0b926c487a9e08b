import type { FastifyRequest } from 'fastify';
import { Problem } from './errors.ts';

/**
 * For routes with cookie authentication: a browser declares the requesting page, and only a page of
 * this server is allowed. Another site's page can make the browser send the cookie, but not these
 * headers.
 *
 * @throws Problem `auth.origin` for another site's page, and for a client without these headers.
 */
export function requireSameOrigin(request: FastifyRequest): void {
  if (!isSameOrigin(request)) throw new Problem('auth.origin');
}

/** For a route without a cookie: refuses only requests from another site's page. */
export function refuseForeignOrigin(request: FastifyRequest): void {
  const named = request.headers.origin ?? request.headers['sec-fetch-site'];
  if (named !== undefined) requireSameOrigin(request);
}

function isSameOrigin(request: FastifyRequest): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return request.headers['sec-fetch-site'] === 'same-origin';
  // The scheme is known to the proxy only; the host distinguishes the sites.
  return URL.canParse(origin) && new URL(origin).host === request.host;
}
