import { afterEach, expect, it } from 'vitest';
import { forgetServerTime, learnServerTime, serverNow } from './server-clock.ts';

afterEach(forgetServerTime);

it('follows the time of the API, also where the clock of the browser is wrong', () => {
  expect(Math.abs(serverNow() - Date.now())).toBeLessThan(1_000);
  const now = Date.now();
  learnServerTime(new Date(now - 600_000).toUTCString(), now);
  const behind = Date.now() - serverNow();
  expect(behind).toBeGreaterThanOrEqual(600_000);
  expect(behind).toBeLessThan(602_000);
  learnServerTime(null);
  learnServerTime('not a date');
  expect(Date.now() - serverNow()).toBeGreaterThanOrEqual(600_000);
  learnServerTime(new Date(now).toUTCString(), now);
  expect(Date.now() - serverNow()).toBeLessThan(2_000);
});
