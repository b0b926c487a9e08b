import { vi } from 'vitest';

/** Waits until a check passes; the timeout is generous, for busy machines. */
export const eventually = <Value>(check: () => Value | Promise<Value>): Promise<Value> =>
  vi.waitFor(check, { timeout: 15_000, interval: 20 });
