import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'whsec_';

/** A new webhook key in Standard Webhooks format: 32 random bytes. */
export const newSecret = () => `${PREFIX}${randomBytes(32).toString('base64')}`;

/**
 * Signs a message by the Standard Webhooks scheme (https://www.standardwebhooks.com, v1):
 * HMAC-SHA256 over id, time and body. With two secrets there are two signatures, so that a receiver
 * may switch to the new one at any time during a rotation.
 *
 * @param at seconds since 1970.
 */
export function signWebhook(
  secrets: readonly string[],
  id: string,
  at: number,
  body: string,
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': secrets.map((secret) => `v1,${hmac(secret, id, at, body)}`).join(' '),
  };
}

/** The receiver's verification; kept here as a proof of interoperability. */
export function isSignedWebhook(
  secret: string,
  headers: Record<string, string | string[] | undefined>,
  body: string,
): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signatures } = headers;
  const wanted = Buffer.from(`v1,${hmac(secret, String(id), Number(at), body)}`);
  return String(signatures)
    .split(' ')
    .map((one) => Buffer.from(one))
    .some((one) => one.length === wanted.length && timingSafeEqual(one, wanted));
}

function hmac(secret: string, id: string, at: number, body: string): string {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
}
