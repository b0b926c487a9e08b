import { createHash, randomBytes } from 'node:crypto';
import { type DigestChallenge, digestChallenge, HttpDigest } from './http-digest.ts';
import { allAt, escapeXml, readXml, textAt, type Xml } from './xml.ts';

const ANSWER_WITHIN_MS = 6_000;
/** More than profiles of a camera take; it is parsed at once, so it must not be much. */
const ANSWER_BYTES = 128 * 1024;

/** Why a device gives no answer. */
export type OnvifProblem =
  | 'name-not-found'
  | 'refused'
  | 'no-answer'
  | 'wrong-password'
  | 'not-onvif'
  | 'no-media'
  | 'untrusted-certificate'
  | 'failed';

export class OnvifError extends Error {
  readonly problem: OnvifProblem;
  constructor(problem: OnvifProblem, message: string) {
    super(message);
    this.name = 'OnvifError';
    this.problem = problem;
  }
}

/** Who signs in; the device's clock counts, not ours. */
export interface OnvifLogin {
  readonly user: string;
  readonly password: string;
  /** The device's clock minus ours, ms. */
  readonly clockAhead: number;
  /** By HTTP digest, where the device asks for that; null: by WS-UsernameToken. */
  digest: HttpDigest | null;
  /** Whether user and password were taken once: a nonce that is refused then was only used up. */
  isTaken: boolean;
}

const SECURITY =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const UTILITY =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';
const DIGEST =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest';
const BASE64 =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary';

/** WS-UsernameToken: SHA-1 over nonce, time and password, which itself does not travel. */
function securityHeader({ user, password, clockAhead }: OnvifLogin): string {
  const nonce = randomBytes(16);
  const created = new Date(Date.now() + clockAhead).toISOString();
  const digest = createHash('sha1')
    .update(Buffer.concat([nonce, Buffer.from(created + password, 'utf8')]))
    .digest('base64');
  return `<s:Header><Security s:mustUnderstand="1" xmlns="${SECURITY}"><UsernameToken><Username>${escapeXml(user)}</Username><Password Type="${DIGEST}">${digest}</Password><Nonce EncodingType="${BASE64}">${nonce.toString('base64')}</Nonce><Created xmlns="${UTILITY}">${created}</Created></UsernameToken></Security></s:Header>`;
}

const envelopeOf = (header: string, body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">${header}<s:Body>${body}</s:Body></s:Envelope>`;

/**
 * One call of a service (SOAP 1.2). Redirects are not followed: they would lead to another host. A device that asks for
 * HTTP digest gets it from then on, and no token: it may refuse both at once.
 *
 * @param body XML of the operation. @param login null where it needs none.
 * @returns the body of the answer.
 * @throws OnvifError
 */
export async function soapCall(
  url: string,
  { action, body, login }: { action: string; body: string; login: OnvifLogin | null },
): Promise<Xml> {
  const send = () => {
    const header = login && !login.digest ? securityHeader(login) : '';
    const envelope = envelopeOf(header, body);
    return post(url, { envelope, action, digest: login?.digest ?? null });
  };
  let { status, text, challenge } = await send();
  if (status === 401 && login && challenge && mayAnswer(challenge, login)) {
    login.digest = new HttpDigest(challenge, login);
    ({ status, text, challenge } = await send());
  }
  if (status === 401) throw new OnvifError('wrong-password', 'the device refuses user or password');
  const [answer] = allAt(xmlOf(text), 'Envelope', 'Body');
  if (answer === undefined) {
    throw new OnvifError('not-onvif', `the answer is none of an ONVIF device (HTTP ${status})`);
  }
  const [fault] = allAt(answer, 'Fault');
  if (fault !== undefined) throw faultOf(fault);
  if (login && status === 200) login.isTaken = true;
  return answer;
}

/** How a device wants user and password by HTTP, asked without them; null where it does not say. @throws OnvifError */
export async function challengeOf(
  url: string,
  { action, body }: { action: string; body: string },
): Promise<DigestChallenge | null> {
  const request = { envelope: envelopeOf('', body), action, digest: null };
  const { status, challenge } = await post(url, request);
  return status === 401 ? challenge : null;
}

/**
 * Whether a challenge is worth an answer. A second one for a nonce that was never taken says that the password is wrong,
 * and to try it again may lock the user out.
 */
const mayAnswer = (challenge: DigestChallenge, { digest, isTaken }: OnvifLogin): boolean =>
  digest === null || challenge.stale || (isTaken && challenge.nonce !== digest.challenge.nonce);

function xmlOf(text: string): Xml | undefined {
  try {
    return readXml(text);
  } catch {
    return undefined;
  }
}

function faultOf(fault: Xml): OnvifError {
  const codes = [
    textAt(fault, 'Code', 'Value'),
    textAt(fault, 'Code', 'Subcode', 'Value'),
    textAt(fault, 'Code', 'Subcode', 'Subcode', 'Value'),
    textAt(fault, 'faultcode'),
  ].join(' ');
  const reason = textAt(fault, 'Reason', 'Text') ?? textAt(fault, 'faultstring') ?? codes.trim();
  const isLogin = /NotAuthorized|FailedAuthentication|InvalidSecurity/i.test(`${codes} ${reason}`);
  return isLogin
    ? new OnvifError('wrong-password', 'the device refuses user or password')
    : new OnvifError('failed', `the device says: ${reason.slice(0, 160)}`);
}

async function post(
  url: string,
  { envelope, action, digest }: { envelope: string; action: string; digest: HttpDigest | null },
): Promise<{ status: number; text: string; challenge: DigestChallenge | null }> {
  try {
    const { pathname, search } = new URL(url);
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': `application/soap+xml; charset=utf-8; action="${action}"`,
        ...(digest && {
          authorization: digest.authorization('POST', `${pathname}${search}`, envelope),
        }),
      },
      body: envelope,
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of answer.body ?? []) {
      length += chunk.length;
      if (length > ANSWER_BYTES) throw new OnvifError('not-onvif', 'the answer is too long');
      chunks.push(chunk);
    }
    return {
      status: answer.status,
      text: Buffer.concat(chunks).toString('utf8'),
      challenge: digestChallenge(answer.headers.get('www-authenticate')),
    };
  } catch (error) {
    throw error instanceof OnvifError ? error : networkProblem(error as Error);
  }
}

function networkProblem(error: Error): OnvifError {
  const { code = '' } = (error.cause ?? {}) as { code?: string };
  if (/^(ENOTFOUND|EAI_AGAIN)$/.test(code)) {
    return new OnvifError('name-not-found', 'the name is not known in the network of the worker');
  }
  if (code === 'ECONNREFUSED') return new OnvifError('refused', 'nothing listens there');
  if (/CERT|SELF_SIGNED|ALTNAME|ERR_TLS/.test(code)) {
    return new OnvifError('untrusted-certificate', `its certificate is not trusted (${code})`);
  }
  const isSilent = error.name === 'TimeoutError' || /TIMEOUT|UNREACH|ETIMEDOUT/.test(code);
  if (isSilent) return new OnvifError('no-answer', 'no answer came in time');
  return new OnvifError(
    'not-onvif',
    `it does not answer as an ONVIF device (${code || error.message})`,
  );
}
