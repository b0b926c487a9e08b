import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  SIGNED_WITHIN_MS,
  signatureFault,
  signMessage,
  workerBusKey,
} from './signature.ts';

const key = workerBusKey('the secret of the API, which is long', 'demo', 'worker-1');
const topic = 'anshi/v1/demo/acks/worker-1';
const now = Date.parse('2026-11-27T08:00:00.000Z');
const overTheBus = (message: object) => JSON.parse(JSON.stringify(message)) as object;

describe('a signed message', () => {
  it('is good for its topic, key and time, however its keys are ordered', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (message) => {
        const { signature: _s, signedat: _t, ...content } = message;
        const signed = overTheBus(signMessage(key, topic, content, now));
        const turned = Object.fromEntries(Object.entries(signed).reverse());
        expect(signatureFault(key, topic, signed, now)).toBeNull();
        expect(signatureFault(key, topic, turned, now)).toBeNull();
      }),
    );
  });

  it('is refused where one thing of it differs', () => {
    const signed = signMessage(key, topic, { id: 'x', result: 'committed' }, now);
    const of = (message: unknown, onTopic = topic, by = key) =>
      signatureFault(by, onTopic, message, now);
    expect(of({ ...signed, result: 'rejected' })).toBe('wrong');
    expect(of({ ...signed, more: 1 })).toBe('wrong');
    expect(of({ ...signed, signedat: new Date(now + 1).toISOString() })).toBe('wrong');
    expect(of(signed, 'anshi/v1/demo/acks/worker-2')).toBe('wrong');
    expect(of(signed, 'anshi/v1/other/acks/worker-1')).toBe('wrong');
    for (const [tenant, worker] of [
      ['demo', 'worker-2'],
      ['other', 'worker-1'],
    ] as const) {
      const other = workerBusKey('the secret of the API, which is long', tenant, worker);
      expect(of(signed, topic, other)).toBe('wrong');
    }
    const { signature: _, ...unsigned } = signed;
    for (const none of [unsigned, { id: 'x' }, null, 'text', [signed]]) {
      expect(of(none)).toBe('missing');
    }
    expect(of({ ...signed, signature: 'short' })).toBe('wrong');
  });

  it('lasts minutes, except where its age does not matter', () => {
    const signed = signMessage(key, topic, { id: 'x' }, now);
    const at = (later: number) => signatureFault(key, topic, signed, now + later);
    expect(at(SIGNED_WITHIN_MS)).toBeNull();
    expect(at(SIGNED_WITHIN_MS + 1)).toBe('stale');
    expect(at(-SIGNED_WITHIN_MS - 1)).toBe('stale');
    expect(signatureFault(key, topic, signed, null)).toBeNull();
  });

  it('is written as RFC 8785 has it', () => {
    expect(
      canonicalJson({ b: [1e21, -0, 0.1, undefined], a: { z: 'é\n', '10': true, '9': null } }),
    ).toBe('{"a":{"10":true,"9":null,"z":"é\\n"},"b":[1e+21,0,0.1,null]}');
  });
});
