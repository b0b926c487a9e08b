import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkUrl, postOutward, RefusedTarget, readAllowList } from './outward.ts';
import { waitAfter } from './retry.ts';
import { isSignedWebhook, newSecret, signWebhook } from './signature.ts';

const nobody = readAllowList([]);

describe('a webhook address', () => {
  it('is refused where it is internal, in any notation', () => {
    for (const url of [
      'http://127.0.0.1/x',
      'http://2130706433/',
      'http://0x7f.1/',
      'http://0177.0.0.1/',
      'https://10.1.2.3/',
      'https://192.168.0.1:8443/',
      'https://172.31.255.255/',
      'http://169.254.169.254/latest/meta-data',
      'http://100.100.100.200/',
      'http://[::1]/',
      'http://[::ffff:127.0.0.1]/',
      'http://[::ffff:a00:1]/',
      'http://[fe80::1]/',
      'http://[fd00::1]/',
      'http://[64:ff9b::7f00:1]/',
      'http://0.0.0.0/',
      'ftp://example.org/',
      'file:///etc/passwd',
      'https://user:pass@example.org/',
      'not a url',
    ]) {
      expect(() => checkUrl(url, nobody), url).toThrow(RefusedTarget);
    }
    expect(checkUrl('https://hooks.example.org/a', nobody).hostname).toBe('hooks.example.org');
    expect(checkUrl('https://8.8.8.8/', nobody).hostname).toBe('8.8.8.8');
  });

  it('is accepted where the allow list contains it', () => {
    const allowed = readAllowList(['10.1.0.0/16', '127.0.0.1', 'erp.plant.local', 'fd12::/16']);
    checkUrl('http://10.1.2.3/', allowed);
    checkUrl('http://127.0.0.1:9/', allowed);
    checkUrl('http://[fd12::5]/', allowed);
    expect(() => checkUrl('http://10.2.0.1/', allowed)).toThrow(RefusedTarget);
    expect(() => checkUrl('http://[fd13::5]/', allowed)).toThrow(RefusedTarget);
    expect(() => readAllowList(['not a host'])).toThrow(RangeError);
  });

  it('is refused after name resolution, before anything is sent', async () => {
    const post = postOutward('http://localhost:1/', {
      body: '{}',
      headers: {},
      allowed: nobody,
      withinMs: 5_000,
    });
    await expect(post).rejects.toThrow(RefusedTarget);
  });
});

describe('the signature of a webhook', () => {
  it('follows Standard Webhooks', () => {
    // The example of the specification's libraries.
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const headers = signWebhook(
      [secret],
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1614265330,
      '{"test": 2432232314}',
    );
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('is valid for both keys during a rotation, and for no modified message', () => {
    const [old, fresh] = [newSecret(), newSecret()];
    fc.assert(
      fc.property(fc.string(), fc.string(), (body, other) => {
        const headers = signWebhook([fresh, old], 'm1', 1_700_000_000, body);
        expect(isSignedWebhook(old, headers, body)).toBe(true);
        expect(isSignedWebhook(fresh, headers, body)).toBe(true);
        expect(isSignedWebhook(fresh, headers, other)).toBe(other === body);
        expect(isSignedWebhook(newSecret(), headers, body)).toBe(false);
        expect(isSignedWebhook(fresh, { ...headers, 'webhook-id': 'm2' }, body)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});

describe('retry delays', () => {
  it('increase, stay within about a day and end', () => {
    let at = 0;
    let last = 0;
    let tries = 0;
    for (let wait = waitAfter(1); wait !== null; wait = waitAfter(++tries + 1)) {
      expect(wait).toBeGreaterThan(last);
      last = wait;
      at += wait;
    }
    expect(at).toBeGreaterThan(20 * 3_600_000);
    expect(at).toBeLessThan(28 * 3_600_000);
    expect(waitAfter(1, 0)).toBe(4_500);
    expect(waitAfter(1, 1)).toBe(5_500);
  });
});
