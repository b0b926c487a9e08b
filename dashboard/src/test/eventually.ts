import { vi } from 'vitest';

/** Waits until a check passes; the limit is for what never comes, on a busy machine too. */
export const eventually = <Value>(check: () => Value | Promise<Value>): Promise<Value> =>
  vi.waitFor(check, { timeout: 15_000, interval: 20 });
