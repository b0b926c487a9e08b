import { describe, expect, it } from 'vitest';
import { PersonScheduler } from './person-scheduler.ts';

describe('PersonScheduler', () => {
  it('selects the longest waiting person next, also after a crop without a result', () => {
    const order = new PersonScheduler();
    expect(order.due(['T-2', 'T-1'], 0)).toEqual(['T-1', 'T-2']);
    order.markRead('T-1', 0);
    expect(order.due(['T-1', 'T-2'], 200)).toEqual(['T-2', 'T-1']);
    order.markRead('T-2', 200);
    expect(order.due(['T-1', 'T-2'], 400)).toEqual(['T-1', 'T-2']);
  });

  it('pauses people whose equipment is settled, and repeats later', () => {
    const order = new PersonScheduler();
    for (let at = 0; at <= 1000; at += 200) order.answered('T-1', at, 'worn/worn');
    expect(order.due(['T-1'], 1200)).toEqual([]);
    expect(order.due(['T-1'], 1500)).toEqual(['T-1']);
    for (let at = 1600; at <= 2600; at += 200) order.answered('T-2', at, 'unknown/worn');
    expect(order.due(['T-2'], 2700)).toEqual(['T-2']);
  });

  it('makes people wait longer under load, but those who are not settled no longer than a reading counts', () => {
    const frames = Array.from({ length: 40 }, (_, frame) => frame * 100);
    const pauses = (shedding: number, answer: (at: number) => string) => {
      const order = new PersonScheduler();
      const readAt = frames.filter((at) => {
        const isDue = order.due(['T-1'], at, { shedding, frameInterval: 100 }).length > 0;
        if (isDue) order.answered('T-1', at, answer(at));
        return isDue;
      });
      return readAt.slice(1).map((at, i) => at - readAt[i]!);
    };
    const changing = (at: number) => `worn/${at}`;
    expect(new Set(pauses(0, changing))).toEqual(new Set([100]));
    expect(new Set(pauses(0.5, changing))).toEqual(new Set([300]));
    expect(new Set(pauses(1, changing))).toEqual(new Set([400]));
    const same = () => 'worn/worn';
    expect(pauses(0, same).at(-1)).toBe(500);
    expect(pauses(0.5, same).at(-1)).toBe(900);
    expect(pauses(1, same).at(-1)).toBe(1400);
  });

  it('remembers a cropped candidate for two seconds', () => {
    const order = new PersonScheduler();
    order.markCandidate([0, 0, 10, 30], 1000);
    expect(order.candidates(2900)).toEqual([[0, 0, 10, 30]]);
    expect(order.candidates(3100)).toEqual([]);
  });
});
