import { describe, expect, it } from 'vitest';
import { digestChallenge, HttpDigest } from './http-digest.ts';

describe('HTTP digest', () => {
  // RFC 7616, 3.9.1.
  const challenge = (algorithm: string) =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;
  const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
  const login = { user: 'Mufasa', password: 'Circle of Life' };

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('answers by %s as the standard has it', (algorithm, response) => {
    const digest = new HttpDigest(digestChallenge(challenge(algorithm))!, login);
    const header = digest.authorization('GET', '/dir/index.html', '', cnonce);
    expect(header).toContain(`response="${response}"`);
    expect(header).toContain('qop=auth, nc=00000001');
    // The next use of the nonce has the next number.
    expect(digest.authorization('GET', '/', '')).toContain('nc=00000002');
  });

  it('takes the strongest of several challenges, and never Basic', () => {
    expect(
      digestChallenge(`Basic realm="a, b", ${challenge('MD5')}, ${challenge('SHA-256')}`),
    ).toMatchObject({
      algorithm: 'SHA-256',
      realm: 'http-auth@example.org',
      qop: 'auth',
      stale: false,
    });
    for (const header of [
      'Basic realm="Digest nonce=1"',
      'Digest realm="a"',
      'Digest nonce="a", algorithm=SHA-512',
      'Digest nonce="a", qop="other"',
      null,
    ]) {
      expect(digestChallenge(header)).toBeNull();
    }
  });

  it('keeps quotes and letters beyond ASCII out of the header', () => {
    const read = digestChallenge('Digest realm="a \\"b\\"", nonce=abc, stale=TRUE')!;
    expect(read).toMatchObject({ realm: 'a "b"', nonce: 'abc', stale: true, qop: null });
    const header = new HttpDigest(read, { user: '张"', password: 'x' }).authorization(
      'POST',
      '/',
      '',
    );
    expect(header).toMatch(/^Digest username\*=UTF-8''%E5%BC%A0%22, realm="a \\"b\\""/);
    expect(header).toMatch(/^[\x20-\x7e]*$/);
  });
});
