import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  CLOCK_TOLERANCE_MS,
  GRANT_LASTS_MS,
  GrantRefused,
  grantKeyId,
  LiveGrantCheck,
  newLiveKeyPair,
  sessionDigest,
  signLiveGrant,
} from './live-grant.ts';

const NOW = Date.UTC(2026, 10, 25, 9);
const offer = { method: 'POST', path: '/whep/hall-west', body: 'v=0 offer' };
const keyOf = (id = 'k1') => {
  const pair = newLiveKeyPair();
  const key = Buffer.from(pair.privateKey, 'base64');
  return {
    id,
    publicKey: pair.publicKey,
    privateKey: createPrivateKey({ key, format: 'der', type: 'pkcs8' }),
  };
};
const key = keyOf();
let count = 0;
const grant = (changes: object = {}, time = NOW) => ({
  id: (++count).toString(16).padStart(32, '0'),
  worker: 'worker-1',
  action: 'open' as const,
  view: 'ab'.repeat(16),
  camera: 'hall-west',
  session: sessionDigest('a session'),
  issuedAt: time,
  expiresAt: time + GRANT_LASTS_MS,
  viewUntil: time + 300_000,
  ...changes,
});
const signed = (changes: object = {}, time = NOW, request = offer, by = key) =>
  signLiveGrant(by, request, grant(changes, time));
function checkOf(worker = 'worker-1', most?: number): LiveGrantCheck {
  const check = new LiveGrantCheck(worker, most);
  check.setKeys([key]);
  return check;
}
const refusal = (check: LiveGrantCheck, header?: string, request = offer, now = NOW) => {
  try {
    check.take(header, request, now);
    return null;
  } catch (error) {
    if (error instanceof GrantRefused) return error.message;
    throw error;
  }
};

describe('a grant of a live view', () => {
  it('says who asked for which view of which camera, and is taken once', () => {
    const check = checkOf();
    const header = signed();
    expect(check.take(header, offer, NOW)).toMatchObject({
      worker: 'worker-1',
      action: 'open',
      camera: 'hall-west',
      session: sessionDigest('a session'),
    });
    expect(header).not.toContain('a session');
    for (const later of [0, 1, GRANT_LASTS_MS + CLOCK_TOLERANCE_MS]) {
      expect(refusal(check, header, offer, NOW + later)).toContain('used before');
    }
    expect(refusal(check, signed())).toBeNull();
  });

  it('counts for its worker, its request and its key alone', () => {
    const check = checkOf();
    const header = signed();
    const changed = [
      { ...offer, method: 'DELETE' },
      { ...offer, path: '/whep/hall-east' },
      { ...offer, path: '/whep/hall-west?x' },
      { ...offer, body: 'v=0 offer ' },
    ];
    for (const request of changed) {
      expect(refusal(check, header, request)).toContain('another request');
    }
    expect(refusal(checkOf('worker-2'), header)).toContain('worker-1');
    const unsigned = [
      signed({}, NOW, offer, keyOf('k1')),
      signed({}, NOW, offer, keyOf('k2')),
      header.replace('k=k1', 'k=k2'),
      header.replace(/g=(.)/, (_, one) => `g=${one === 'e' ? 'f' : 'e'}`),
      header.replace(/g=[^,]+/, /g=[^,]+/.exec(signed())?.[0] ?? ''),
      header.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')),
      'Bearer a-secret-of-the-workers',
      undefined,
      '',
      `${header}, x=1`,
    ];
    for (const bad of unsigned) expect(refusal(check, bad)).toContain('only the API');
    // Nothing of this used the good one up.
    expect(refusal(check, header)).toBeNull();
  });

  it('without a camera, a session or with more than there is, is none', () => {
    const check = checkOf();
    for (const changes of [
      { session: '' },
      { camera: '../x' },
      { action: 'watch' },
      { extra: true },
      { view: 'x' },
    ]) {
      expect(refusal(check, signed(changes))).toContain('only the API');
    }
  });

  it('counts no more once its key was taken away; a key that is none is left out', () => {
    const check = checkOf();
    expect(check.knows(signed())).toBe(true);
    check.setKeys([{ id: 'k1', publicKey: 'bm8ga2V5' }, keyOf('k2')]);
    expect(check.knows(signed())).toBe(false);
    expect(refusal(check, signed())).toContain('only the API');
    expect(grantKeyId(signed())).toBe('k1');
  });

  it('takes clocks that are 60 s apart and no more, and names the clock', () => {
    const early = signed({}, NOW + CLOCK_TOLERANCE_MS);
    const late = signed({}, NOW - CLOCK_TOLERANCE_MS - GRANT_LASTS_MS);
    const check = checkOf();
    expect([refusal(check, early), refusal(check, late)]).toEqual([null, null]);
    const old = signed({}, NOW - CLOCK_TOLERANCE_MS - GRANT_LASTS_MS - 1);
    const future = signed({}, NOW + CLOCK_TOLERANCE_MS + 1);
    expect(refusal(check, old)).toMatch(/90 s ago .* clock/);
    expect(refusal(check, future)).toMatch(/60 s from now .* clock/);
  });

  it('is remembered in a bounded memory, and no replay gets in by that', () => {
    const check = checkOf('worker-1', 2);
    const ahead = signed({}, NOW + CLOCK_TOLERANCE_MS);
    expect(refusal(check, ahead)).toBeNull();
    expect(refusal(check, signed())).toBeNull();
    expect(refusal(check, signed())).toContain('too many');
    // The second can no longer come again and makes room; the first still can.
    const later = NOW + GRANT_LASTS_MS + CLOCK_TOLERANCE_MS + 1;
    expect(refusal(check, signed({}, later), offer, later)).toBeNull();
    expect(refusal(check, ahead, offer, later)).toContain('used before');
  });
});
