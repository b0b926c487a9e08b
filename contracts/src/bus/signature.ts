import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/**
 * Signatures of what travels between a worker and the API: violation events, announcements of models
 * and status one way, acknowledgements the other way; and between the API and a device that takes
 * commands. Each of them shares a key with the API alone, which the API derives from its own secret, so
 * that neither the broker nor any other user of it can forge messages of the one or the other. The
 * reasons are in docs/decisions/0035-the-bus-knows-who-speaks.md.
 *
 * A signed message is a JSON object whose last two members are `signedat`, when it was signed (RFC 3339 in
 * UTC with milliseconds), and `signature`: HMAC-SHA256 in hexadecimal over the name of this scheme, the
 * topic and the bytes of the message before `,"signature"`. What is verified are the bytes that arrived:
 * neither side writes the message in a canonical form.
 *
 * For node only, therefore not in the index that browsers load.
 */

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

/**
 * The key of one device that takes commands: it signs commands one way, answers and states the other. No
 * worker has the same one, whatever its name.
 *
 * @param secret of the API, ANSHI_BUS_SECRET.
 */
export function actuatorBusKey(secret: string, tenant: string, device: string): string {
  return createHmac('sha256', secret)
    .update(`anshi-bus-actuator-key\n${tenant}\n${device}`)
    .digest('hex');
}

/** The end of a signed message; the first group is signed. */
const SIGNED_END =
  /("signedat":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"),"signature":"([0-9a-f]{64})"\}$/;
/** Bytes of `,"signature":"…"}`, and at least as many as of all that {@link SIGNED_END} finds. */
const SIGNATURE_BYTES = ',"signature":""}'.length + 64;
const END_BYTES = SIGNATURE_BYTES + '"signedat":"2026-11-27T08:00:00.000Z"'.length;

/**
 * Writes and signs a message; one that was signed before is signed again.
 *
 * @returns JSON, to be published as it is.
 */
export function signMessage(
  key: string,
  topic: string,
  message: object,
  now: number = Date.now(),
): string {
  const { signature: _, signedat: __, ...content } = message as Record<string, unknown>;
  const text = JSON.stringify({ ...content, signedat: new Date(now).toISOString() }).slice(0, -1);
  return `${text},"signature":"${hmacOf(key, topic, Buffer.from(text)).toString('hex')}"}`;
}

/**
 * Looks whether a message was signed with this key for this topic.
 *
 * @param payload its bytes, as they arrived.
 * @param now null where its age does not matter, as with a last will, which is signed long before.
 * @returns what is wrong, null where nothing is.
 */
export function signatureFault(
  key: string,
  topic: string,
  payload: Uint8Array,
  now: number | null = Date.now(),
): SignatureFault | null {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const end = SIGNED_END.exec(bytes.toString('latin1', Math.max(0, bytes.length - END_BYTES)));
  const [, , signedat = '', signature = ''] = end ?? [];
  if (!end) return 'missing';
  const expected = hmacOf(key, topic, bytes.subarray(0, bytes.length - SIGNATURE_BYTES));
  if (!timingSafeEqual(Buffer.from(signature, 'hex'), expected)) return 'wrong';
  const at = Date.parse(signedat);
  if (!Number.isFinite(at)) return 'wrong';
  return now !== null && Math.abs(now - at) > SIGNED_WITHIN_MS ? 'stale' : null;
}

/**
 * The signature of one worker of a text that several workers read, such as a state of arming.
 *
 * @param key of the worker.
 */
export const textSignature = (key: string, topic: string, text: string): string =>
  createHmac('sha256', keyObject(key)).update(`anshi-bus-text-1\n${topic}\n${text}`).digest('hex');

/** Whether a text was signed with this key for this topic. */
export function isTextSigned(key: string, topic: string, text: string, signature: string): boolean {
  const expected = Buffer.from(textSignature(key, topic, text), 'hex');
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Keys as objects, which spares their import for each message; names of workers come from topics. */
const keys = new Map<string, KeyObject>();
const MOST_KEYS = 1_000;

function keyObject(key: string): KeyObject {
  const known = keys.get(key);
  if (known) return known;
  if (keys.size >= MOST_KEYS) keys.clear();
  const made = createSecretKey(key, 'utf8');
  keys.set(key, made);
  return made;
}

/** The topic is in it, so that a message says nothing on another topic, of another tenant or worker. */
function hmacOf(key: string, topic: string, signed: Uint8Array): Buffer {
  return createHmac('sha256', keyObject(key))
    .update(`anshi-bus-2\n${topic}\n`)
    .update(signed)
    .digest();
}
