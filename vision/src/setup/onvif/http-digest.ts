import { createHash, randomBytes } from 'node:crypto';

/** What a device asks for with a 401 (RFC 7616, 3.3). */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As the device spells it; left out, MD5. */
  readonly algorithm: string | undefined;
  /** Null where the device knows none, as in RFC 2069. */
  readonly qop: 'auth' | 'auth-int' | null;
  /** The nonce before was too old, and user and password right. */
  readonly stale: boolean;
}

const HASHES: Readonly<Record<string, 'md5' | 'sha256'>> = { MD5: 'md5', 'SHA-256': 'sha256' };

const hashOf = (algorithm: string | undefined): 'md5' | 'sha256' | undefined =>
  HASHES[(algorithm ?? 'MD5').toUpperCase().replace(/-SESS$/, '')];

/** `name=value` and `name="value"`, with escaped quotes. */
const PARAMETER = /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

/**
 * The strongest challenge of a `WWW-Authenticate` header that can be answered; null for none. `Basic` is none: it would
 * send the password as it is.
 */
export function digestChallenge(header: string | null): DigestChallenge | null {
  if (header === null || header.length > 4_000) return null;
  // Several challenges are joined by commas, as their parameters are.
  const parts = header.split(/(?:^|,)\s*(?=[A-Za-z][\w-]*\s+[\w-]+\s*=)/);
  const found = parts.flatMap((part): DigestChallenge[] => {
    const [, rest] = /^\s*Digest\s+(.*)$/is.exec(part) ?? [];
    if (rest === undefined) return [];
    const values = new Map<string, string>();
    for (const [, name = '', quoted, plain = ''] of rest.matchAll(PARAMETER)) {
      values.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain);
    }
    const [nonce, algorithm] = [values.get('nonce'), values.get('algorithm')];
    if (nonce === undefined || hashOf(algorithm) === undefined) return [];
    const offered = values
      .get('qop')
      ?.toLowerCase()
      .split(/[\s,]+/);
    const qop = offered?.includes('auth')
      ? 'auth'
      : offered?.includes('auth-int')
        ? 'auth-int'
        : null;
    if (offered && qop === null) return [];
    const stale = values.get('stale')?.toLowerCase() === 'true';
    const [realm, opaque] = [values.get('realm') ?? '', values.get('opaque')];
    return [{ realm, nonce, opaque, algorithm, qop, stale }];
  });
  return found.find(({ algorithm }) => hashOf(algorithm) === 'sha256') ?? found[0] ?? null;
}

/** Answers the challenges of one device. Each use of a nonce has a number of its own. */
export class HttpDigest {
  readonly challenge: DigestChallenge;
  readonly #user: string;
  readonly #password: string;
  #count = 0;

  constructor(challenge: DigestChallenge, login: { user: string; password: string }) {
    this.challenge = challenge;
    this.#user = login.user;
    this.#password = login.password;
  }

  /**
   * The `Authorization` of a request (RFC 7616, 3.4).
   *
   * @param uri path and query. @param cnonce of its own for each request, but for tests.
   */
  authorization(
    method: string,
    uri: string,
    body: string,
    cnonce = randomBytes(16).toString('hex'),
  ): string {
    const { realm, nonce, opaque, algorithm, qop } = this.challenge;
    const hash = (text: string) =>
      createHash(hashOf(algorithm)!).update(text, 'utf8').digest('hex');
    const nc = (++this.#count).toString(16).padStart(8, '0');
    const own = hash(`${this.#user}:${realm}:${this.#password}`);
    const a1 = /-sess$/i.test(algorithm ?? '') ? hash(`${own}:${nonce}:${cnonce}`) : own;
    const a2 = hash(qop === 'auth-int' ? `${method}:${uri}:${hash(body)}` : `${method}:${uri}`);
    const response = hash(
      qop ? `${a1}:${nonce}:${nc}:${cnonce}:${qop}:${a2}` : `${a1}:${nonce}:${a2}`,
    );
    return [
      `Digest ${userParameter(this.#user)}`,
      `realm=${quoted(realm)}`,
      `nonce=${quoted(nonce)}`,
      `uri=${quoted(uri)}`,
      ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
      `response="${response}"`,
      ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
      ...(qop ? [`qop=${qop}`, `nc=${nc}`] : []),
      ...(qop || /-sess$/i.test(algorithm ?? '') ? [`cnonce="${cnonce}"`] : []),
    ].join(', ');
  }
}

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;

/** A header takes ASCII alone. */
const userParameter = (user: string): string =>
  /^[\x20-\x7e]*$/.test(user)
    ? `username=${quoted(user)}`
    : `username*=UTF-8''${encodeURIComponent(user)}`;
