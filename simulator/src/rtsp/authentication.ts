import { createHash, timingSafeEqual } from 'node:crypto';

export interface Credentials {
  username: string;
  password: string;
}

export const REALM = 'Anshi plant simulator';

/** The challenges of a 401 response: Digest first, as the safer one, and Basic. */
export function challenges(nonce: string): string[] {
  return [`Digest realm="${REALM}", nonce="${nonce}", algorithm=MD5`, `Basic realm="${REALM}"`];
}

/**
 * Whether an Authorization header proves these credentials, by Basic (RFC 7617) or by Digest with
 * MD5, with or without qop=auth (RFC 2617), which is what cameras and their clients speak.
 *
 * @param method of the request that carries the header.
 * @param nonce the challenge of this connection.
 */
export function isAuthorized(
  header: string | undefined,
  method: string,
  nonce: string,
  credentials: Credentials,
): boolean {
  const [, scheme = '', rest = ''] = /^(\S+)\s+(.*)$/s.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'basic') return isBasic(rest, credentials);
  if (scheme.toLowerCase() === 'digest') return isDigest(rest, method, nonce, credentials);
  return false;
}

function isBasic(encoded: string, { username, password }: Credentials): boolean {
  return equal(Buffer.from(encoded, 'base64').toString(), `${username}:${password}`);
}

function isDigest(
  text: string,
  method: string,
  nonce: string,
  { username, password }: Credentials,
): boolean {
  const given = parseParameters(text);
  if (given.get('nonce') !== nonce || given.get('username') !== username) return false;
  if ((given.get('algorithm') ?? 'MD5').toUpperCase() !== 'MD5') return false;
  const secret = md5(`${username}:${given.get('realm') ?? ''}:${password}`);
  const action = md5(`${method}:${given.get('uri') ?? ''}`);
  const qop = given.get('qop');
  const middle = qop ? [nonce, given.get('nc'), given.get('cnonce'), qop] : [nonce];
  return equal(given.get('response') ?? '', md5([secret, ...middle, action].join(':')));
}

/** Reads `name="value", name=value`, with escaped quotes. */
export function parseParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  const pattern = /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g;
  for (const [, name, quoted, bare] of text.matchAll(pattern)) {
    parameters.set(name!.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
  }
  return parameters;
}

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

function equal(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(left!, right!);
}
