import { expect, test } from 'vitest';
import { CapacityMeter } from './capacity.ts';

const counts = (offered: number, dropped: number) => ({
  offered,
  dropped,
  analysed: offered - dropped,
});

test('what a worker can analyse is measured while it drops frames, and forgotten later', () => {
  const meter = new CapacityMeter(2);
  expect(meter.measure(counts(0, 0), 0)).toBe(20);
  // 15 a second, all analysed: it says nothing of the limit.
  expect(meter.measure(counts(150, 0), 10_000)).toBe(20);
  // 30 a second, of which it drops 18.
  expect(meter.measure(counts(450, 180), 20_000)).toBe(12);
  // It has fewer cameras now.
  expect(meter.measure(counts(500, 180), 30_000)).toBe(12);
  expect(meter.measure(counts(550, 180), 321_000)).toBe(20);
  // It manages more than was assumed.
  expect(meter.measure(counts(900, 180), 331_000)).toBe(35);
});

test('cameras that go away take their counts with them', () => {
  const meter = new CapacityMeter(1);
  meter.measure(counts(1_000, 0), 0);
  expect(meter.measure(counts(10, 0), 10_000)).toBe(10);
  expect(meter.measure(counts(210, 100), 20_000)).toBe(10);
});
