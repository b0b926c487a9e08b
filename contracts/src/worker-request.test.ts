import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  formatSignature,
  parseSignature,
  SIGNATURE_WINDOW_MS,
  signWorkerRequest,
  textToSign,
  WorkerRequestCheck,
} from './worker-request.ts';

const TOKEN = 'a-secret-of-the-workers';
const NOW = Date.UTC(2026, 10, 25, 9);
const NONCE = '00112233445566778899aabbccddeeff';
const offer = { method: 'POST', path: '/whep/hall-west', body: 'v=0 offer' };
const sign = (request = offer, time = NOW) => signWorkerRequest(TOKEN, request, time);

describe('the signed text', () => {
  it('holds method, path, time, nonce and the digest of the body', () => {
    // printf '' | sha256sum
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    const request = { method: 'DELETE', path: '/whep/sessions/s-1', body: '' };
    const text = textToSign(request, { time: NOW, nonce: NONCE });
    expect(text).toBe(`DELETE\n/whep/sessions/s-1\n${NOW}\n${NONCE}\n${empty}`);
    const hmac = createHmac('sha256', TOKEN).update(text).digest('hex');
    expect(signWorkerRequest(TOKEN, request, NOW, NONCE)).toBe(
      `Anshi-HMAC-SHA256 t=${NOW}, n=${NONCE}, s=${hmac}`,
    );
  });

  it('is the same for text and for its bytes', () => {
    const text = { ...offer, body: 's=大厅' };
    const bytes = { ...offer, body: Buffer.from(text.body) };
    const moment = { time: NOW, nonce: NONCE };
    expect(textToSign(bytes, moment)).toBe(textToSign(text, moment));
  });
});

describe('the header', () => {
  it('round-trips', () => {
    const signature = { time: NOW, nonce: NONCE, hmac: 'a'.repeat(64) };
    expect(parseSignature(formatSignature(signature))).toEqual(signature);
  });

  it('of any other format is rejected', () => {
    const good = sign();
    const others = [
      undefined,
      '',
      `Bearer ${TOKEN}`,
      `${good}, x=1`,
      good.slice(0, -1),
      good.replace('t=', 't=0'),
      good.replace(', ', '\n'),
      good.replace('Anshi-', ''),
    ];
    for (const header of others) expect(parseSignature(header)).toBeUndefined();
  });
});

describe('the check', () => {
  it('accepts a request once', () => {
    const check = new WorkerRequestCheck(TOKEN);
    const header = sign();
    expect(check.refusal(header, offer, NOW)).toBeUndefined();
    for (const later of [0, 1, SIGNATURE_WINDOW_MS]) {
      expect(check.refusal(header, offer, NOW + later)).toContain('is a replay');
    }
    expect(check.refusal(sign(), offer, NOW)).toBeUndefined();
  });

  it('refuses another method, path, body or token, a missing header, and the bare token', () => {
    const check = new WorkerRequestCheck(TOKEN);
    const header = sign();
    const changed = [
      { ...offer, method: 'DELETE' },
      { ...offer, path: '/whep/hall-east' },
      { ...offer, path: '/whep/hall-west?x' },
      { ...offer, body: 'v=0 offer ' },
    ];
    for (const request of changed) {
      expect(check.refusal(header, request, NOW)).toContain('signature');
    }
    const elsewhere = signWorkerRequest('another-secret', offer, NOW);
    for (const bad of [elsewhere, undefined, `Bearer ${TOKEN}`]) {
      expect(check.refusal(bad, offer, NOW)).toContain('signature');
    }
    const moved = header.replace(`t=${NOW}`, `t=${NOW + 1}`);
    const renamed = header.replace(/n=\w+/, `n=${NONCE}`);
    for (const bad of [moved, renamed]) {
      expect(check.refusal(bad, offer, NOW)).toContain('signature');
    }
    // None of these used up the valid one.
    expect(check.refusal(header, offer, NOW)).toBeUndefined();
  });

  it('accepts up to 60 s of clock difference either way, and names the clock', () => {
    const check = new WorkerRequestCheck(TOKEN);
    for (const apart of [-SIGNATURE_WINDOW_MS, SIGNATURE_WINDOW_MS]) {
      expect(check.refusal(sign(offer, NOW + apart), offer, NOW)).toBeUndefined();
    }
    const old = sign(offer, NOW - SIGNATURE_WINDOW_MS - 1);
    const early = sign(offer, NOW + SIGNATURE_WINDOW_MS + 1);
    expect(check.refusal(old, offer, NOW)).toMatch(/60 s ago .* clock/);
    expect(check.refusal(early, offer, NOW)).toMatch(/60 s from now .* clock/);
  });

  it('remembers a bounded number of nonces, without allowing a replay', () => {
    const check = new WorkerRequestCheck(TOKEN, 2);
    const ahead = sign(offer, NOW + SIGNATURE_WINDOW_MS);
    expect(check.refusal(ahead, offer, NOW)).toBeUndefined();
    expect(check.refusal(sign(), offer, NOW)).toBeUndefined();
    expect(check.refusal(sign(), offer, NOW)).toContain('too many');
    // The second has expired and frees its place; the first can still be replayed.
    const later = NOW + SIGNATURE_WINDOW_MS + 1;
    expect(check.refusal(sign(offer, later), offer, later)).toBeUndefined();
    expect(check.refusal(ahead, offer, later)).toContain('is a replay');
  });
});
