import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Signatures of what travels between a worker and the API: violation events, announcements of models
 * and status one way, acknowledgements the other way. Each worker shares a key with the API alone, which
 * the API derives from its own secret, so that neither the broker nor any other user of it can forge
 * messages of the one or the other. The reasons are in docs/decisions/0035-the-bus-knows-who-speaks.md.
 *
 * For node only, therefore not in the index that browsers load.
 */
export interface Signed {
  /** When it was signed: RFC 3339 in UTC. */
  readonly signedat: string;
  /** HMAC-SHA256 of `signedText`, 64 lower-case hexadecimal digits. */
  readonly signature: string;
}

/** How far apart the clocks may be, and how long a message may be on its way, ms. */
export const SIGNED_WITHIN_MS = 5 * 60_000;

/** What is wrong with a message that claims to be signed. */
export type SignatureFault = 'missing' | 'wrong' | 'stale';

/**
 * The key of one worker.
 *
 * @param secret of the API, ANSHI_BUS_SECRET.
 * @returns 64 hexadecimal digits, for ANSHI_BUS_KEY of that worker.
 */
export function workerBusKey(secret: string, tenant: string, worker: string): string {
  return createHmac('sha256', secret).update(`anshi-bus-key\n${tenant}\n${worker}`).digest('hex');
}

/** @returns the message with its signature; one that is signed already is signed again. */
export function signMessage<Message extends object>(
  key: string,
  topic: string,
  message: Message,
  now: number = Date.now(),
): Message & Signed {
  const signedat = new Date(now).toISOString();
  const { signature: _before, ...unsigned } = message as Message & Partial<Signed>;
  const content = { ...unsigned, signedat };
  const signature = hmacOf(key, topic, content).toString('hex');
  return { ...content, signature } as unknown as Message & Signed;
}

/**
 * Looks whether a message was signed with this key for this topic.
 *
 * @param now null where its age does not matter, as with a last will, which is signed long before.
 * @returns what is wrong, null where nothing is.
 */
export function signatureFault(
  key: string,
  topic: string,
  message: unknown,
  now: number | null = Date.now(),
): SignatureFault | null {
  if (message === null || typeof message !== 'object' || Array.isArray(message)) return 'missing';
  const { signature, ...content } = message as Record<string, unknown>;
  const { signedat } = content;
  if (typeof signature !== 'string' || typeof signedat !== 'string') return 'missing';
  if (!/^[0-9a-f]{64}$/.test(signature)) return 'wrong';
  if (!timingSafeEqual(Buffer.from(signature, 'hex'), hmacOf(key, topic, content))) return 'wrong';
  const at = Date.parse(signedat);
  if (!Number.isFinite(at)) return 'wrong';
  return now !== null && Math.abs(now - at) > SIGNED_WITHIN_MS ? 'stale' : null;
}

/** What JSON writes as it is, between quotes. */
const PLAIN_TEXT = /^[ !#-[\]-~]*$/;

/** JSON in one form only: keys sorted, no white space (RFC 8785). */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return textOf(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  let text = '';
  if (Array.isArray(value)) {
    for (const one of value) text += `${text === '' ? '' : ','}${canonicalJson(one)}`;
    return `[${text}]`;
  }
  const object = value as Record<string, unknown>;
  for (const name of Object.keys(object).sort()) {
    const part = object[name];
    if (part !== undefined) {
      text += `${text === '' ? '' : ','}${textOf(name)}:${canonicalJson(part)}`;
    }
  }
  return `{${text}}`;
}

const textOf = (text: string) => (PLAIN_TEXT.test(text) ? `"${text}"` : JSON.stringify(text));

/** The topic is in it, so that a message says nothing on another topic, of another tenant or worker. */
const signedText = (topic: string, content: object) =>
  `anshi-bus-1\n${topic}\n${canonicalJson(content)}`;

function hmacOf(key: string, topic: string, content: object): Buffer {
  return createHmac('sha256', key).update(signedText(topic, content)).digest();
}
