import { expect, it } from 'vitest';
import { createReadings } from './readings.ts';

it('counts what a source sent within the last minute, and when it sent last', () => {
  let now = 1_000_000;
  const readings = createReadings(() => now);
  expect(readings.of('gate')).toBeNull();
  for (let n = 0; n < 5; n++) readings.note('gate');
  now += 30_000;
  readings.note('gate');
  readings.note('dock');
  expect(readings.of('gate')).toEqual({ lastAt: now, perMinute: 6 });
  expect(readings.since(now - 1).map(({ name }) => name)).toEqual(['gate', 'dock']);
  now += 31_000;
  expect(readings.of('gate')?.perMinute).toBe(1);
  now += 60_000;
  expect(readings.of('gate')).toEqual({ lastAt: now - 91_000, perMinute: 0 });
});
