import { describe, expect, it } from 'vitest';
import { advance, type PatrolState, type PatrolView, phaseOf } from './patrol.ts';

const usual: PatrolView = {
  on: true,
  every: 5_000,
  pages: 3,
  ringing: new Map(),
  held: false,
  resting: false,
};
const start: PatrolState = { page: 0, since: 0, alarm: null };
/** Each quarter of a second from one moment to another, as the page does it. */
function run(state: PatrolState, from: number, to: number, change: Partial<PatrolView> = {}) {
  let next = state;
  for (let now = from; now <= to; now += 250) next = advance(next, { ...usual, ...change }, now);
  return next;
}

describe('a patrol', () => {
  it('shows each page for its time, and begins again after the last', () => {
    expect(run(start, 0, 4_750).page).toBe(0);
    expect(run(start, 0, 5_000).page).toBe(1);
    expect(run(start, 0, 10_000).page).toBe(2);
    expect(run(start, 0, 15_000).page).toBe(0);
  });

  it('does nothing while it is off, and has nothing to turn with one page', () => {
    expect(run(start, 0, 60_000, { on: false })).toMatchObject({ page: 0, since: 60_000 });
    expect(run(start, 0, 60_000, { pages: 1 }).page).toBe(0);
    // The page that is shown went with its cameras.
    expect(run({ ...start, page: 2 }, 0, 250, { pages: 2 }).page).toBe(1);
  });

  it('rests while the wall is used or a tile is large, and then the page has its whole time', () => {
    for (const rest of [{ resting: true }, { held: true }]) {
      const rested = run(run(start, 0, 4_000), 4_250, 60_000, rest);
      expect(rested.page).toBe(0);
      expect(run(rested, 60_250, 64_750).page).toBe(0);
      expect(run(rested, 60_250, 65_000).page).toBe(1);
    }
  });

  it('goes at once to the page of an alarm and stays until it no longer rings', () => {
    const ringing = new Map([['gate', 2]]);
    const there = advance(run(start, 0, 1_000), { ...usual, ringing }, 1_010);
    expect(there).toMatchObject({ page: 2, alarm: 'gate' });
    const later = run(there, 1_250, 90_000, { ringing });
    expect(later).toMatchObject({ page: 2, alarm: 'gate' });
    expect(run(later, 90_250, 95_000)).toMatchObject({ page: 2, alarm: null });
    expect(run(later, 90_250, 95_250).page).toBe(0);
  });

  it('goes to an alarm also while the wall is used, but takes away no large tile', () => {
    const ringing = new Map([['gate', 2]]);
    expect(run(start, 0, 250, { ringing, resting: true }).page).toBe(2);
    const held = run(start, 0, 60_000, { ringing, held: true });
    expect(held.page).toBe(0);
    expect(run(held, 60_250, 60_250, { ringing }).page).toBe(2);
  });

  it('stays at the first of several alarms, and goes on to the next when that is silent', () => {
    const both = new Map([
      ['aisle', 1],
      ['gate', 2],
    ]);
    const first = run(start, 0, 60_000, { ringing: both });
    expect(first).toMatchObject({ page: 1, alarm: 'aisle' });
    const second = run(first, 60_250, 60_250, { ringing: new Map([['gate', 2]]) });
    expect(second).toMatchObject({ page: 2, alarm: 'gate' });
    // One on the page that is shown is there already.
    expect(run({ ...start, page: 2 }, 0, 0, { ringing: both })).toMatchObject({ alarm: 'gate' });
  });

  it('leaves the person who turns the page meanwhile where they are', () => {
    const ringing = new Map([['gate', 2]]);
    const there = run(start, 0, 250, { ringing });
    expect(run({ ...there, page: 0 }, 500, 60_000, { ringing }).page).toBe(0);
  });

  it('says what it does', () => {
    const phase = (change: Partial<PatrolView>, alarm: string | null = null) =>
      phaseOf({ ...usual, ...change }, { ...start, alarm });
    expect(phase({ on: false })).toBe('off');
    expect(phase({})).toBe('turning');
    expect(phase({ resting: true })).toBe('resting');
    expect(phase({ resting: true }, 'gate')).toBe('alarm');
    expect(phase({ held: true }, 'gate')).toBe('held');
  });
});
