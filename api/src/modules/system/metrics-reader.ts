import { createHash, timingSafeEqual } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../../platform/http/errors.ts';

/** What a proxy adds: behind one on this machine, everyone seems to be here. */
const forwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** Whether an address is that of this machine. */
export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = isIPv6(address) ? address.replace(/^::ffff:/i, '') : address;
  return plain === '::1' || /^127\.\d+\.\d+\.\d+$/.test(plain);
}

/**
 * Lets pass whoever asks from this machine itself, and whoever brings the token. How many people work
 * and how much is done are nobody else's business.
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

/** Takes as long whatever is wrong. */
function same(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
