import { describe, expect, it } from 'vitest';
import { CropScheduler } from './crop-scheduler.ts';

describe('CropScheduler', () => {
  it('selects the longest waiting person next, also after a crop without a result', () => {
    const order = new CropScheduler();
    expect(order.due(['T-2', 'T-1'], 0)).toEqual(['T-1', 'T-2']);
    order.markCropped('T-1', 0);
    expect(order.due(['T-1', 'T-2'], 200)).toEqual(['T-2', 'T-1']);
    order.markCropped('T-2', 200);
    expect(order.due(['T-1', 'T-2'], 400)).toEqual(['T-1', 'T-2']);
  });

  it('pauses people whose equipment is settled, and repeats later', () => {
    const order = new CropScheduler();
    for (let at = 0; at <= 1000; at += 200) order.answered('T-1', at, 'worn/worn');
    expect(order.due(['T-1'], 1200)).toEqual([]);
    expect(order.due(['T-1'], 1500)).toEqual(['T-1']);
    for (let at = 1600; at <= 2600; at += 200) order.answered('T-2', at, 'unknown/worn');
    expect(order.due(['T-2'], 2700)).toEqual(['T-2']);
  });

  it('remembers a cropped candidate for two seconds', () => {
    const order = new CropScheduler();
    order.markCandidate([0, 0, 10, 30], 1000);
    expect(order.candidates(2900)).toEqual([[0, 0, 10, 30]]);
    expect(order.candidates(3100)).toEqual([]);
  });
});
