import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIGNED_WITHIN_MS, signatureFault, signMessage, workerBusKey } from './signature.ts';

const key = workerBusKey('the secret of the API, which is long', 'demo', 'worker-1');
const topic = 'anshi/v1/demo/acks/worker-1';
const now = Date.parse('2026-11-27T08:00:00.000Z');
const faultOf = (text: string, onTopic = topic, by = key) =>
  signatureFault(by, onTopic, Buffer.from(text), now);

describe('a signed message', () => {
  it('is the message, and good for its topic, key and time', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (message) => {
        const { signature: _s, signedat: _t, ...content } = message;
        const text = signMessage(key, topic, content, now);
        expect(faultOf(text)).toBeNull();
        const { signature, signedat, ...read } = JSON.parse(text);
        expect(JSON.stringify(read)).toBe(JSON.stringify(content));
        expect([signature, signedat]).toEqual([
          expect.stringMatching(/^[0-9a-f]{64}$/),
          new Date(now).toISOString(),
        ]);
        // Sent again, it is signed again.
        expect(faultOf(signMessage(key, topic, JSON.parse(text), now))).toBeNull();
      }),
    );
  });

  it('is refused where one byte of it differs', () => {
    const text = signMessage(key, topic, { id: 'x', result: 'committed', name: '安视' }, now);
    const bytes = Buffer.from(text);
    for (let i = 0; i < bytes.length; i++) {
      for (const bit of [1, 32, 128]) {
        const changed = Buffer.from(bytes);
        changed[i] = (changed[i] ?? 0) ^ bit;
        expect(signatureFault(key, topic, changed, now), `byte ${i}`).not.toBeNull();
      }
    }
    for (let cut = 0; cut < bytes.length; cut++) {
      expect(signatureFault(key, topic, bytes.subarray(0, cut), now)).not.toBeNull();
    }
  });

  it('is refused on another topic, with another key, and with anything before or after it', () => {
    const signed = signMessage(key, topic, { id: 'x', result: 'committed' }, now);
    expect(faultOf(signed, 'anshi/v1/demo/acks/worker-2')).toBe('wrong');
    expect(faultOf(signed, 'anshi/v1/other/acks/worker-1')).toBe('wrong');
    for (const [tenant, worker] of [
      ['demo', 'worker-2'],
      ['other', 'worker-1'],
    ] as const) {
      const other = workerBusKey('the secret of the API, which is long', tenant, worker);
      expect(faultOf(signed, topic, other)).toBe('wrong');
    }
    expect(faultOf(signed.replace('committed', 'rejected'))).toBe('wrong');
    expect(faultOf(signed.replace('{', '{"more":1,'))).toBe('wrong');
    // A member after the signature, or a second signature, would be read and not verified.
    expect(faultOf(`${signed.slice(0, -1)},"result":"rejected"}`)).toBe('missing');
    expect(faultOf(`${signed} `)).toBe('missing');
    const signature = /,"signature":"[0-9a-f]{64}"}$/.exec(signed)?.[0] ?? '';
    expect(faultOf(signed.slice(0, -1) + signature)).toBe('missing');
    for (const none of ['{"id":"x"}', 'null', '"text"', '', `[${signed}]`, signature]) {
      expect(faultOf(none)).toBe('missing');
    }
    const short = signed.replace(/[0-9a-f]{64}"}$/, 'ab"}');
    expect(faultOf(short)).toBe('missing');
  });

  it('lasts minutes, except where its age does not matter', () => {
    const signed = Buffer.from(signMessage(key, topic, { id: 'x' }, now));
    const at = (later: number) => signatureFault(key, topic, signed, now + later);
    expect(at(SIGNED_WITHIN_MS)).toBeNull();
    expect(at(SIGNED_WITHIN_MS + 1)).toBe('stale');
    expect(at(-SIGNED_WITHIN_MS - 1)).toBe('stale');
    expect(signatureFault(key, topic, signed, null)).toBeNull();
  });
});
