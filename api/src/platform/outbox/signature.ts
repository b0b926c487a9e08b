import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** A new key of a webhook, as Standard Webhooks writes it: 32 random bytes. */
export const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

/**
 * Signs a message by the Standard Webhooks scheme (https://www.standardwebhooks.com, v1):
 * HMAC-SHA256 over id, time and body. With two secrets it carries two signatures, so that a receiver
 * may change to the new one at any time while a rotation lasts.
 *
 * @param at seconds since 1970.
 */
export function signWebhook(
  secrets: readonly string[],
  id: string,
  at: number,
  body: string,
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const time = new Date(at * 1000);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': secrets
      .map((secret) => new Webhook(secret).sign(id, time, body))
      .join(' '),
  };
}
