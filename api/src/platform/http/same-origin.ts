import type { FastifyRequest } from 'fastify';
import { Problem } from './errors.ts';

/**
 * For routes that a cookie signs in: a browser says which page asks, and only a page of this very
 * server may. Another site's page can make the browser send the cookie, not these headers.
 *
 * @throws Problem `auth.origin` for another site's page, and for a program that says nothing.
 */
export function requireSameOrigin(request: FastifyRequest): void {
  if (!isSameOrigin(request)) throw new Problem('auth.origin');
}

/** For a route without a cookie: says no only where a page of another site is named. */
export function refuseForeignOrigin(request: FastifyRequest): void {
  const named = request.headers.origin ?? request.headers['sec-fetch-site'];
  if (named !== undefined) requireSameOrigin(request);
}

function isSameOrigin(request: FastifyRequest): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return request.headers['sec-fetch-site'] === 'same-origin';
  // The scheme is the proxy's to know; the host is what tells one site from another.
  return URL.canParse(origin) && new URL(origin).host === request.host;
}
