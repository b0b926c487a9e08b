import { createHash, timingSafeEqual } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../../platform/http/errors.ts';

/** Headers of a proxy: behind a local one, every client appears local. */
const forwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** Whether an address is a loopback address. */
export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = isIPv6(address) ? address.replace(/^::ffff:/i, '') : address;
  return plain === '::1' || /^127\.\d+\.\d+\.\d+$/.test(plain);
}

/**
 * Allows local clients, and those with the token. The metrics reveal the number of users and their
 * activity.
 *
 * @throws Problem `metrics.closed`, `auth.required`
 */
export function requireReader(
  {
    socket,
    headers,
  }: Pick<FastifyRequest, 'headers'> & { socket: { remoteAddress?: string | undefined } },
  token: string | null,
): void {
  const isHere = isLoopback(socket.remoteAddress) && !forwarded.some((name) => name in headers);
  if (isHere) return;
  if (token === null) throw new Problem('metrics.closed');
  const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (given === undefined || !same(given, token)) {
    throw new Problem('auth.required', 'Send ANSHI_METRICS_TOKEN as bearer token.');
  }
}

/** Constant-time comparison. */
function same(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
