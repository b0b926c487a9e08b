import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, faultPlan, type PlannedFault } from './fault-plan.ts';
import {
  addMoment,
  type FaultRecord,
  type Stretch,
  scoreFaults,
  stretchesOf,
} from './fault-score.ts';
import { at, boxAt, camera, inCell, LOOP, ppe } from './hand-made-truth.ts';
import { scoreMoves } from './move-score.ts';

describe('the plan of faults', () => {
  const pauses = { least: 2, most: 8 };
  const first = (count: number, seed: string) => {
    const plan = faultPlan(seed, pauses);
    return Array.from({ length: count }, (): PlannedFault => plan.next().value);
  };

  it('is the same for a seed, and another for another seed', () => {
    expect(first(30, '7')).toEqual(first(30, '7'));
    expect(first(30, '7')).not.toEqual(first(30, '8'));
  });

  it('kills each kind once before one comes again, with pauses as asked for', () => {
    for (const seed of ['1', '2', '3']) {
      const faults = first(5 * FAULT_KINDS.length, seed);
      for (let n = 0; n < faults.length; n += FAULT_KINDS.length) {
        const round = faults.slice(n, n + FAULT_KINDS.length).map(({ kind }) => kind);
        expect(new Set(round)).toEqual(new Set(FAULT_KINDS));
      }
      expect(faults[0]?.isEarly).toBe(false);
      expect(faults.some(({ isEarly }) => isEarly)).toBe(true);
      for (const { pause, isEarly } of faults) {
        expect(pause).toBeLessThanOrEqual(isEarly ? 1.5 : 8);
        expect(pause).toBeGreaterThanOrEqual(isEarly ? 0 : 2);
      }
    }
  });
});

describe('what is on record after kills', () => {
  /** Bare-headed in the hall from second 5 to 20 of each round. */
  const west = camera('west', { P: { walk: at(5, 20, 3), helmet: false } }, [ppe, inCell]);
  const record = (id: string, confirmedAt: number, more: Partial<FaultRecord> = {}) => ({
    id,
    camera: 'west',
    ruleId: 'ppe',
    item: 'helmet',
    direction: null,
    startedAt: confirmedAt - 2,
    confirmedAt,
    endedAt: confirmedAt + 12,
    box: boxAt(3),
    ...more,
  });
  const score = (
    records: FaultRecord[],
    more: { confirmed?: string[]; seen?: [number, number][]; to?: number } = {},
  ) =>
    scoreFaults({
      records,
      confirmed: new Set(more.confirmed ?? records.map(({ id }) => id)),
      cameras: [west],
      seen: new Map([['west', (more.seen ?? [[0, LOOP]]).map(([from, to]) => ({ from, to }))]]),
      watched: { from: 0, to: more.to ?? LOOP },
    });

  it('is right where each episode is there once', () => {
    const all = score([record('a', 7), record('b', 47)], { seen: [[0, 80]], to: 80 });
    expect(all).toMatchObject({ lost: 0, doubled: 0, reopened: 0, episodes: 2, missed: 0 });
  });

  it('has lost what was confirmed and is not there, and what was seen long enough', () => {
    expect(score([record('a', 7)], { confirmed: ['a', 'b'] })).toMatchObject({
      confirmed: 2,
      lost: 1,
      missed: 0,
    });
    expect(score([])).toMatchObject({ episodes: 1, missed: 1 });
    // A record of another person, or of another round, is none of it.
    expect(score([record('a', 7, { box: boxAt(9) })])).toMatchObject({ missed: 1 });
    expect(score([record('a', 47)])).toMatchObject({ missed: 1 });
  });

  it('does not have to have what was hardly watched', () => {
    expect(score([], { seen: [[0, 8]] })).toMatchObject({ episodes: 0, missed: 0 });
    const pieces: [number, number][] = [
      [0, 9],
      [11, 16],
      [18, 40],
    ];
    expect(score([], { seen: pieces })).toMatchObject({ episodes: 0, missed: 0 });
    expect(score([], { seen: [[8, 40]] })).toMatchObject({ episodes: 1, missed: 1 });
  });

  it('has doubled what is there twice, also over a move, and not after a long time without a picture', () => {
    const both = [record('a', 7), record('b', 15)];
    expect(score(both)).toMatchObject({ doubled: 1, reopened: 0, missed: 0 });
    const moved: [number, number][] = [
      [0, 8],
      [13, 40],
    ];
    expect(score(both, { seen: moved })).toMatchObject({ doubled: 1, reopened: 0 });
    const late = [record('a', 7), record('b', 20)];
    const away: [number, number][] = [
      [0, 7.5],
      [18, 40],
    ];
    expect(score(late, { seen: away })).toMatchObject({ doubled: 0, reopened: 1 });
  });

  describe('of a camera that moved', () => {
    /** Killed at 12 s; another worker has it from 20 s on, and its first picture is at 22 s. */
    const moves = [{ camera: 'west', at: 20 }];
    const long = camera('west', { P: { walk: at(5, 36, 3), helmet: false } }, [ppe, inCell]);
    const over = (
      records: FaultRecord[],
      seen: [number, number][] = [
        [0, 12],
        [22, LOOP],
      ],
    ) =>
      scoreMoves({
        records,
        cameras: [long],
        seen: new Map([['west', seen.map(([from, to]) => ({ from, to }))]]),
        watched: { from: 0, to: LOOP },
        moves,
      });

    it('is right where the episode that was open goes on, and the pending one is confirmed after it', () => {
      expect(over([record('a', 7, { endedAt: 36 })])).toMatchObject({
        movedEpisodes: 1,
        movedLost: 0,
        movedDoubled: 0,
      });
      expect(over([record('a', 25)])).toMatchObject({ movedLost: 0, movedDoubled: 0 });
    });

    it('has lost what is not on record, and doubled what is recorded before and after the move, after a gap of any length', () => {
      expect(over([])).toMatchObject({ movedEpisodes: 1, movedLost: 1, movedDoubled: 0 });
      const twice = [record('a', 7, { endedAt: 12 }), record('b', 25)];
      expect(over(twice)).toMatchObject({ movedLost: 0, movedDoubled: 1 });
      // Two kills, one after the other.
      expect(
        over(twice, [
          [0, 12],
          [29, LOOP],
        ]),
      ).toMatchObject({ movedDoubled: 0 });
    });

    it('asks for nothing of people who come later or were hardly seen', () => {
      const later = camera('west', { P: { walk: at(23, 36, 3), helmet: false } }, [ppe]);
      const of = (one: typeof long, seen: [number, number][]) =>
        scoreMoves({
          records: [],
          cameras: [one],
          seen: new Map([['west', seen.map(([from, to]) => ({ from, to }))]]),
          watched: { from: 0, to: LOOP },
          moves,
        });
      expect(
        of(later, [
          [0, 12],
          [22, LOOP],
        ]),
      ).toMatchObject({ movedEpisodes: 0 });
      expect(
        of(long, [
          [4, 8],
          [22, 26],
        ]),
      ).toMatchObject({ movedEpisodes: 0 });
      // No move of this camera.
      const other = scoreMoves({
        records: [],
        cameras: [long],
        seen: new Map([['west', [{ from: 0, to: LOOP }]]]),
        watched: { from: 0, to: LOOP },
        moves: [{ camera: 'east', at: 20 }],
      });
      expect(other).toMatchObject({ movedEpisodes: 0 });
    });

    it('counts an episode that both workers watched for a moment', () => {
      const unbroken: [number, number][] = [[0, LOOP]];
      expect(over([record('a', 7, { endedAt: 36 })], unbroken)).toMatchObject({
        movedEpisodes: 1,
        movedLost: 0,
        movedDoubled: 0,
      });
      expect(over([record('a', 7), record('b', 22.5)], unbroken)).toMatchObject({
        movedDoubled: 1,
      });
    });
  });

  it('takes moments of frames as times that were watched', () => {
    expect(stretchesOf([3, 1, 1.2, 1.4, 3.1], 0.5)).toEqual([
      { from: 1, to: 1.4 },
      { from: 3, to: 3.1 },
    ]);
    // As they are heard: one that comes late changes nothing.
    const heard: Stretch[] = [];
    for (const t of [1, 1.4, 1.2, 3]) addMoment(heard, t, 0.5);
    expect(heard).toEqual([
      { from: 1, to: 1.4 },
      { from: 3, to: 3 },
    ]);
  });
});
