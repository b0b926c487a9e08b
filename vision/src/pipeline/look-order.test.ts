import { describe, expect, it } from 'vitest';
import { LookOrder } from './look-order.ts';

describe('LookOrder', () => {
  it('has whoever waits longest next, also where a look told nothing', () => {
    const order = new LookOrder();
    expect(order.due(['T-2', 'T-1'], 0)).toEqual(['T-1', 'T-2']);
    order.given('T-1', 0);
    expect(order.due(['T-1', 'T-2'], 200)).toEqual(['T-2', 'T-1']);
    order.given('T-2', 200);
    expect(order.due(['T-1', 'T-2'], 400)).toEqual(['T-1', 'T-2']);
  });

  it('lets people rest whose equipment is settled, and asks again later', () => {
    const order = new LookOrder();
    for (let at = 0; at <= 1000; at += 200) order.looked('T-1', at, 'worn/worn');
    expect(order.due(['T-1'], 1200)).toEqual([]);
    expect(order.due(['T-1'], 1500)).toEqual(['T-1']);
    for (let at = 1600; at <= 2600; at += 200) order.looked('T-2', at, 'unknown/worn');
    expect(order.due(['T-2'], 2700)).toEqual(['T-2']);
  });

  it('knows for two seconds where a stranger was looked at', () => {
    const order = new LookOrder();
    order.givenToStranger([0, 0, 10, 30], 1000);
    expect(order.strangers(2900)).toEqual([[0, 0, 10, 30]]);
    expect(order.strangers(3100)).toEqual([]);
  });
});
