import { describe, expect, it } from 'vitest';
import { SecondWay } from './second-way.ts';

const MINUTE = 60_000;

describe('a second way', () => {
  it('is kept for its least time', () => {
    const way = new SecondWay();
    expect([way.isTaken, way.isOver(MINUTE)]).toEqual([false, false]);
    way.take(0);
    expect([way.isTaken, way.isOver(29_999), way.isOver(30_000)]).toEqual([true, false, true]);
    way.leave(30_000);
    expect(way.isTaken).toBe(false);
  });

  it('is kept longer each time where the first is lost again soon, up to ten minutes', () => {
    const way = new SecondWay();
    let now = 0;
    const stays = Array.from({ length: 7 }, () => {
      const begun = now;
      way.take(now);
      while (!way.isOver(now)) now += 1_000;
      way.leave(now);
      return (now - begun) / 1_000;
    });
    expect(stays).toEqual([30, 60, 120, 240, 480, 600, 600]);
    now += 6 * MINUTE;
    way.take(now);
    expect(way.isOver(now + 30_000)).toBe(true);
  });
});
