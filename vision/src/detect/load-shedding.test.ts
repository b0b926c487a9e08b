import { describe, expect, it } from 'vitest';
import { LoadShedding } from './load-shedding.ts';

/** A machine that is sent 15 frames a second. */
function machine() {
  let now = 0;
  const shedding = new LoadShedding(() => now);
  /** @param holds the level from which on no frame is dropped. */
  const run = (seconds: number, holds: number) => {
    const levels: number[] = [];
    for (let frame = 0; frame < seconds * 15; frame++) {
      now += 1000 / 15;
      const isOver = shedding.level < holds;
      shedding.due(isOver);
      if (isOver && frame % 5 === 0) shedding.dropped();
      levels.push(shedding.level);
    }
    return levels;
  };
  return { shedding, run };
}

describe('load shedding', () => {
  it('leaves nothing out on a machine that keeps up', () => {
    const { run } = machine();
    expect(new Set(run(60, 0))).toEqual(new Set([0]));
  });

  it('finds the level that the machine holds within seconds, and stays close to it', () => {
    const { run } = machine();
    const levels = run(180, 0.6);
    expect(Math.max(...levels.slice(0, 15 * 15))).toBeGreaterThanOrEqual(0.6);
    const later = levels.slice(20 * 15);
    expect(Math.max(...later)).toBeLessThan(0.75);
    const over = later.filter((level) => level < 0.6).length / later.length;
    // A window in twelve, in which some frames are dropped.
    expect(over).toBeLessThan(0.15);
  });

  it('is back at nothing within two minutes of the end of the load', () => {
    const { shedding, run } = machine();
    run(30, 0.8);
    run(120, 0);
    expect(shedding.level).toBe(0);
  });

  it('leaves all out that it may on a machine that keeps up with nothing', () => {
    const { shedding, run } = machine();
    run(60, 2);
    expect(shedding.level).toBe(1);
  });

  it('rises where frames are late before any is dropped', () => {
    let now = 0;
    const shedding = new LoadShedding(() => now);
    for (let frame = 0; frame < 45; frame++) {
      now += 1000 / 15;
      shedding.due(frame % 3 === 0);
    }
    expect(shedding.level).toBeGreaterThan(0);
  });

  it('works for a camera of one frame a second, too', () => {
    let now = 0;
    const shedding = new LoadShedding(() => now);
    for (let frame = 0; frame < 60; frame++) {
      now += 1000;
      shedding.due(true);
      shedding.dropped();
    }
    expect(shedding.level).toBe(1);
    for (let frame = 0; frame < 90; frame++) {
      now += 1000;
      shedding.due(false);
    }
    expect(shedding.level).toBe(0);
  });
});
