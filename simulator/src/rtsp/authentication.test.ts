import { describe, expect, it } from 'vitest';
import { isAuthorized, md5, parseParameters, REALM } from './authentication.ts';

const credentials = { username: 'viewer', password: 'p:ä"ss' };
const nonce = 'abc123';
const uri = 'rtsp://127.0.0.1/cam';

function digest(given: { username: string; password: string }, qop?: 'auth', method = 'DESCRIBE') {
  const secret = md5(`${given.username}:${REALM}:${given.password}`);
  const middle = qop ? [nonce, '00000001', 'c0ffee', qop] : [nonce];
  const response = md5([secret, ...middle, md5(`${method}:${uri}`)].join(':'));
  const extra = qop ? `, qop=${qop}, nc=00000001, cnonce="c0ffee"` : '';
  const who = `username="${given.username}", realm="${REALM}"`;
  return `Digest ${who}, nonce="${nonce}", uri="${uri}", response="${response}"${extra}`;
}
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const accepts = (header: string | undefined, method = 'DESCRIBE', known = nonce) =>
  isAuthorized(header, method, known, credentials);

describe('isAuthorized', () => {
  it('computes Digest as in the example of RFC 2617 3.5', () => {
    const example =
      'Digest username="Mufasa", realm="testrealm@host.com", ' +
      'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", qop=auth, ' +
      'nc=00000001, cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1", ' +
      'opaque="5ccc069c403ebaf9f0171e9517f40e41"';
    const mufasa = { username: 'Mufasa', password: 'Circle Of Life' };
    const theirs = 'dcd98b7102dd2f0e8b11d0f600bfb0c093';
    expect(isAuthorized(example, 'GET', theirs, mufasa)).toBe(true);
    expect(isAuthorized(example, 'PUT', theirs, mufasa)).toBe(false);
  });

  it('accepts the right password, by Basic and by Digest with and without qop', () => {
    expect(accepts(basic('viewer:p:ä"ss'))).toBe(true);
    expect(accepts(digest(credentials))).toBe(true);
    expect(accepts(digest(credentials, 'auth'))).toBe(true);
  });

  it('refuses everything else', () => {
    expect(accepts(undefined)).toBe(false);
    expect(accepts('')).toBe(false);
    expect(accepts('Digest')).toBe(false);
    expect(accepts('Bearer token')).toBe(false);
    expect(accepts(basic('viewer:wrong'))).toBe(false);
    expect(accepts(basic('other:p:ä"ss'))).toBe(false);
    expect(accepts(digest({ ...credentials, password: 'wrong' }))).toBe(false);
    expect(accepts(digest({ ...credentials, username: 'other' }))).toBe(false);
    expect(accepts(digest(credentials), 'SETUP')).toBe(false);
    expect(accepts(digest(credentials), 'DESCRIBE', 'another-nonce')).toBe(false);
  });
});

it('parseParameters reads quoted and bare values', () => {
  const text = 'a="x, y=\\"z\\"", b=3,C = "d"';
  expect([...parseParameters(text)]).toEqual([
    ['a', 'x, y="z"'],
    ['b', '3'],
    ['c', 'd'],
  ]);
});
