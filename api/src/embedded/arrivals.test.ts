import { describe, expect, it } from 'vitest';
import { Arrivals } from './arrivals.ts';
import { limitsOf, UserRates } from './client-limits.ts';

describe('who arrives at the broker', () => {
  it('has so many connections of an address that are not signed in, and other addresses theirs', () => {
    const arrivals = new Arrivals();
    const entered = (address: string) =>
      Array.from({ length: 300 }, () => arrivals.enter(address)).filter(Boolean).length;
    expect(entered('10.0.0.1')).toBe(250);
    expect(entered('10.0.0.2')).toBe(250);
    arrivals.leave('10.0.0.1');
    expect(entered('10.0.0.1')).toBe(1);
    // The addresses of one network of IPv6 are those of one subscriber.
    expect(entered('2001:db8:0:1::7')).toBe(250);
    expect(entered('2001:db8::1:ffff:0:0:8')).toBe(0);
    expect(entered('2001:db8:0:2::7')).toBe(250);
  });

  it('waits for the answer where too many of its sign-ins fail', () => {
    const arrivals = new Arrivals();
    const waits = (address: string, now: number) => arrivals.fail(address, now);
    for (let i = 0; i < 100; i++) expect(waits('10.0.0.1', 0)).toBe(0);
    expect(waits('10.0.0.1', 0)).toBeCloseTo(50);
    expect(waits('10.0.0.2', 0)).toBe(0);
    expect(waits('10.0.0.1', 60_000)).toBe(0);
  });
});

it('a user has one rate for all of its connections, until it is taken away', () => {
  const rates = new UserRates();
  const limits = limitsOf('machine');
  const rate = rates.of('machine-one', limits);
  expect(rates.of('machine-one', limits)).toBe(rate);
  expect(rates.of('machine-two', limits)).not.toBe(rate);
  rates.keepOnly((user) => user === 'machine-two');
  expect(rates.of('machine-one', limits)).not.toBe(rate);
});
