import webPush from 'web-push';
import type { Message, Outcome, Sender } from './types.ts';
import type { VapidKeys } from './vapid.ts';
import { headingOf, severityWord, shorten } from './words.ts';

/** A browser with a push subscription. */
export interface Subscription {
  id: string;
  endpoint: string;
  p256dh: string;
  auth: string;
}

export interface Subscriptions {
  of(tenant: string, user: string): Promise<Subscription[]>;
  /** The browser unsubscribed, or no longer exists. */
  remove(tenant: string, id: string): Promise<void>;
  worked(tenant: string, id: string): Promise<void>;
}

const TIMEOUT_MS = 15_000;
const DAY_SECONDS = 86_400;

/**
 * Hosts of the browsers' push services. A browser names its endpoint, so that without a list any
 * user could make the server call any address (SSRF).
 */
export const usualPushHosts: readonly string[] = [
  'fcm.googleapis.com',
  '*.push.services.mozilla.com',
  '*.push.apple.com',
  '*.notify.windows.com',
];

/**
 * @param hosts as `host`, `*.domain`, or a whole origin such as `http://relay:8000`; without a
 *   scheme only https is accepted.
 */
export function isPushHost(endpoint: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname, origin, username, password } = new URL(endpoint);
  if (username !== '' || password !== '') return false;
  return hosts.some((host) => {
    if (host.includes('://')) return origin === host;
    if (protocol !== 'https:') return false;
    return host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host;
  });
}

/** Sends notices to a person's browsers, encrypted for each (RFC 8291, VAPID RFC 8292). */
export function createPushSender(options: {
  keys: () => VapidKeys;
  /** Contact for push service operators: `mailto:` or `https:`. */
  contact: string;
  hosts: readonly string[];
  subscriptions: Subscriptions;
}): Sender {
  const { keys, contact, hosts, subscriptions } = options;

  async function sendTo(subscription: Subscription, message: Message): Promise<Outcome> {
    if (!isPushHost(subscription.endpoint, hosts)) {
      return { result: 'failed', detail: 'its push service is not among ANSHI_PUSH_HOSTS' };
    }
    const { endpoint, p256dh, auth } = subscription;
    const request = webPush.generateRequestDetails(
      { endpoint, keys: { p256dh, auth } },
      JSON.stringify(payloadOf(message)),
      {
        vapidDetails: { subject: contact, ...keys() },
        TTL: DAY_SECONDS,
        urgency: message.notices.some(({ severity }) => severity !== 'info') ? 'high' : 'normal',
        // While the phone is off, a repeated message replaces the first.
        topic: message.digest ? 'digest' : (message.notices[0]?.id ?? 'notice'),
      },
    );
    const { 'Content-Length': _, ...headers } = request.headers as Record<string, string>;
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, `${value}`]),
      body: new Uint8Array(request.body ?? []),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    if (answer.ok) return { result: 'sent' };
    const detail = `the push service answered ${answer.status}`;
    if (answer.status === 404 || answer.status === 410) return { result: 'skipped', detail };
    if (answer.status === 429 || answer.status >= 500) {
      const seconds = Number(answer.headers.get('retry-after'));
      return { result: 'later', detail, ...(seconds > 0 ? { seconds } : {}) };
    }
    return { result: 'failed', detail };
  }

  return {
    lacks: () => null,
    async send(message) {
      const { tenant, recipient } = message;
      const outcomes: Outcome[] = [];
      for (const subscription of await subscriptions.of(tenant, recipient)) {
        const outcome = await sendTo(subscription, message).catch((error: Error): Outcome => {
          return { result: 'later', detail: `${error.message} ${causeOf(error)}`.trim() };
        });
        if (outcome.result === 'skipped') await subscriptions.remove(tenant, subscription.id);
        else outcomes.push(outcome);
        if (outcome.result === 'sent') await subscriptions.worked(tenant, subscription.id);
      }
      return together(outcomes);
    },
  };
}

/** Sent if one browser accepted it; otherwise retried if any may still accept it. */
function together(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.length === 0) return { result: 'skipped', detail: 'no-browser' };
  const sent = outcomes.filter(({ result }) => result === 'sent').length;
  if (sent > 0) return { result: 'sent', detail: `${sent}/${outcomes.length}` };
  return (outcomes.find(({ result }) => result === 'later') ?? outcomes[0]) as Outcome;
}

const causeOf = (error: Error) => (error.cause instanceof Error ? `(${error.cause.message})` : '');

/** The payload for the service worker. Push services accept 4 KB. */
export function payloadOf(message: Message): object {
  const { notices, digest, language } = message;
  const [first] = notices;
  const isOne = !digest && first !== undefined;
  const body = isOne
    ? first.body[language]
    : notices.map(({ title }) => title[language]).join('\n');
  return {
    title: shorten(
      isOne ? `[${severityWord(first, language)}] ${headingOf(message)}` : headingOf(message),
      100,
    ),
    body: shorten(body, 400),
    link: isOne ? first.link : '/notices',
    tag: isOne ? first.id : 'digest',
    severity: isOne ? first.severity : 'info',
  };
}
