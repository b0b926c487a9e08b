import { describe, expect, it } from 'vitest';
import { isLoopback, requireReader } from './metrics-reader.ts';

const TOKEN = 'a-token-of-the-metrics';
const ask = (
  remoteAddress: string | undefined,
  headers: Record<string, string> = {},
  token: string | null = TOKEN,
) => {
  try {
    requireReader({ socket: { remoteAddress }, headers }, token);
    return 'served';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('access to the metrics', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])(
    'is allowed from %s',
    (address) => {
      expect([ask(address), ask(address, {}, null)]).toEqual(['served', 'served']);
    },
  );

  it.each(['10.0.0.7', '::ffff:10.0.0.7', 'fe80::1', '127.0.0.1.evil', undefined])(
    'is refused from %s without the token',
    (address) => {
      expect(isLoopback(address)).toBe(false);
      expect(ask(address, {}, null)).toBe('metrics.closed');
      expect(ask(address)).toBe('auth.required');
      expect(ask(address, { authorization: 'Bearer wrong' })).toBe('auth.required');
      expect(ask(address, { authorization: `Basic ${TOKEN}` })).toBe('auth.required');
      expect(ask(address, { authorization: `Bearer ${TOKEN}` })).toBe('served');
      // Without a configured token none is accepted.
      expect(ask(address, { authorization: 'Bearer null' }, null)).toBe('metrics.closed');
    },
  );

  it.each(['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'])(
    'is remote where a local proxy sends %s',
    (header) => {
      expect(ask('127.0.0.1', { [header]: '127.0.0.1' }, null)).toBe('metrics.closed');
      expect(ask('127.0.0.1', { [header]: '127.0.0.1' })).toBe('auth.required');
    },
  );
});
