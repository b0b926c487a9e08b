import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openRequest, sealRequest } from './sealed-request.ts';

const KEY = 'a'.repeat(64);

it('opens with the key of the worker for the same request alone', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const sealed = sealRequest(KEY, 'r1', text);
      expect(openRequest(KEY, 'r1', sealed)).toBe(text);
      expect(() => openRequest('b'.repeat(64), 'r1', sealed)).toThrow();
      expect(() => openRequest(KEY, 'r2', sealed)).toThrow();
    }),
  );
});

it('does not open when it was changed, and shows nothing of the text', () => {
  const sealed = sealRequest(KEY, 'r1', 'rtsp://viewer:geheim@192.0.2.10/');
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('geheim');
  for (const n of [0, 20, sealed.length - 2]) {
    const other = sealed[n] === 'A' ? 'B' : 'A';
    expect(() =>
      openRequest(KEY, 'r1', sealed.slice(0, n) + other + sealed.slice(n + 1)),
    ).toThrow();
  }
  expect(() => openRequest(KEY, 'r1', '')).toThrow('not sealed');
});
