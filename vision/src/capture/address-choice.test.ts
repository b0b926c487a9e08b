import { describe, expect, it } from 'vitest';
import { AddressChoice } from './address-choice.ts';

describe('the address of a camera', () => {
  it('is the other one after two attempts without a picture', () => {
    const choice = new AddressChoice(true, 0);
    expect(choice.failed('unreachable', 100)).toBe(1_000);
    expect(choice.failed('unreachable', 1_200)).toBe(0);
    expect(choice.current).toBe('second');
  });

  it('is the other one after 5 s without a picture, or where the password is refused', () => {
    const stalled = new AddressChoice(true, 0);
    stalled.picture(60_000);
    expect(stalled.failed('stalled', 65_000)).toBe(0);
    const refused = new AddressChoice(true, 0);
    expect(refused.failed('unauthorized', 100)).toBe(0);
  });

  it('stays where a picture came between two attempts, and where there is one address', () => {
    const choice = new AddressChoice(true, 0);
    for (let now = 1_000; now < 20_000; now += 2_000) {
      choice.picture(now);
      choice.failed('ended', now + 500);
      expect(choice.current).toBe('first');
    }
    const only = new AddressChoice(false, 0);
    for (let n = 0; n < 5; n++) expect(only.failed('unreachable', n * 60_000)).toBeNull();
    expect(only.mayGoBack(1e9)).toBe(false);
  });

  it('goes in turn where neither gives a picture', () => {
    const choice = new AddressChoice(true, 0);
    choice.failed('unreachable', 100);
    const seen = [2_000, 4_000, 8_000].map((now) => {
      const wait = choice.failed('unreachable', now);
      return [choice.current, wait];
    });
    // Only the first change is at once: then neither is known to work.
    expect(seen).toEqual([
      ['second', 0],
      ['first', null],
      ['second', null],
    ]);
  });

  it('goes back after its stay, and after one attempt over again', () => {
    const choice = new AddressChoice(true, 0);
    choice.picture(0);
    choice.failed('stalled', 10_000);
    choice.picture(11_000);
    expect([choice.mayGoBack(39_999), choice.mayGoBack(40_000)]).toEqual([false, true]);
    choice.goBack(40_000);
    expect(choice.current).toBe('first');
    expect(choice.failed('unreachable', 41_000)).toBe(0);
    choice.picture(42_000);
    // Lost again soon: the stay is twice as long.
    expect([choice.mayGoBack(41_000 + 59_999), choice.mayGoBack(41_000 + 60_000)]).toEqual([
      false,
      true,
    ]);
  });
});
