import type { CameraConfig, Observation, PpeState } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import { insidePolygon } from './polygon.ts';
import { CAMERA, every, only, type person, run, START, seen } from './scenes.ts';
import { emptyJudgeState, judgeState } from './state.ts';
import { violationId } from './violation-id.ts';

const ppe = fc.constantFrom<PpeState>('worn', 'missing', 'unknown');
const anyone = fc.record({
  track: fc.constantFrom('a', 'b', 'c', 'd'),
  foot: fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 100, max: 600 })),
  helmet: ppe,
  vest: ppe,
});
const frame = fc.record({
  step: fc.integer({ min: 1, max: 900 }),
  people: fc.uniqueArray(anyone, { maxLength: 4, selector: ({ track }) => track }),
});
const story = fc.array(frame, { maxLength: 60 });

function tell(frames: { step: number; people: Parameters<typeof person>[0][] }[], shift = 0) {
  let at = shift;
  return frames.map(({ step, people }) => {
    at += step;
    return seen(at, ...people);
  });
}
const plain = ({ verdicts }: ReturnType<typeof run>, shift = 0) =>
  verdicts.map((v) => {
    const one = { ...v, violation: '' };
    if (one.type === 'followed') return one;
    if (one.type === 'ended') return { ...one, endedAt: one.endedAt - shift };
    return { ...one, startedAt: one.startedAt - shift, confirmedAt: one.confirmedAt - shift };
  });

describe('intrusion', () => {
  it('confirms a person in a zone after a second, and ends when they have left', () => {
    const frames = every(0, 10_000, (ms) => [{ foot: [ms < 4000 ? 300 : 700, 300] }]);
    const { verdicts } = run(frames, only('keep-out'));
    expect(verdicts).toMatchObject([
      {
        type: 'confirmed',
        rule: 'zone-intrusion',
        zone: 'hall',
        severity: 'high',
        confirmedAt: START + 1000,
      },
      { type: 'ended', endedAt: START + 3800 },
    ]);
  });
});

describe('judge', () => {
  it('gives the same verdicts for the same observations, and does not modify its input', () => {
    fc.assert(
      fc.property(story, (frames) => {
        const observations = tell(frames);
        const before = structuredClone(observations);
        const once = run(observations);
        expect(run(observations)).toEqual(once);
        expect(observations).toEqual(before);
        const state = emptyJudgeState('gate');
        for (const one of observations) judge(CAMERA, state, one);
        expect(state).toEqual(emptyJudgeState('gate'));
      }),
      { numRuns: 40 },
    );
  });

  it('gives the same verdicts at another time of day', () => {
    fc.assert(
      fc.property(story, fc.integer({ min: 1, max: 1e9 }), (frames, shift) => {
        expect(plain(run(tell(frames, shift)), shift)).toEqual(plain(run(tell(frames))));
      }),
      { numRuns: 40 },
    );
  });

  it('does not depend on the order of people in a frame', () => {
    fc.assert(
      fc.property(story, (frames) => {
        const turned = frames.map(({ step, people }) => ({ step, people: [...people].reverse() }));
        expect(run(tell(turned)).verdicts).toEqual(run(tell(frames)).verdicts);
      }),
      { numRuns: 40 },
    );
  });

  it('ignores duplicate and late frames', () => {
    fc.assert(
      fc.property(story, fc.infiniteStream(fc.integer({ min: 0, max: 3 })), (frames, dice) => {
        const observations = tell(frames);
        const noisy: Observation[] = [];
        observations.forEach((observation, i) => {
          noisy.push(observation);
          const roll = dice.next().value;
          if (roll === 0) noisy.push(observation);
          if (roll === 1 && i > 0) noisy.push(observations[i - 1]!);
        });
        expect(run(noisy).verdicts).toEqual(run(observations).verdicts);
      }),
      { numRuns: 40 },
    );
  });

  it('handles any clock without throwing, and ends no more than it confirmed', () => {
    const wild = fc.array(
      fc.tuple(fc.integer({ min: -1e8, max: 1e8 }), fc.array(anyone, { maxLength: 4 })),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(wild, (frames) => {
        const open = new Set<string>();
        const ever = new Set<string>();
        for (const verdict of run(frames.map(([ms, people]) => seen(ms, ...people))).verdicts) {
          if (verdict.type === 'confirmed') {
            expect(ever.has(verdict.violation)).toBe(false);
            ever.add(verdict.violation);
            open.add(verdict.violation);
            expect(verdict.startedAt).toBeLessThanOrEqual(verdict.confirmedAt);
          } else expect(open.delete(verdict.violation)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('gives two records of one moment different ids, also where a track was reassigned to another person', () => {
    const near = (track: string, x: number) => ({ track, foot: [x, 400] as [number, number] });
    const story = [
      seen(0, near('a', 200)),
      // The person is re-identified as b; then another person gets the track a.
      ...every(400, 1000, () => [near('b', 205)]),
      ...every(1000, 4000, () => [near('a', 300), near('b', 205)]),
    ];
    const before = run(story, only('ppe'));
    const after = every(4000, 8000, () => [near('a', 300), near('b', 205)]);
    const { confirmed } = run(after, only('keep-out'), before.state);
    expect(confirmed).toHaveLength(2);
    expect(new Set(confirmed.map(({ violation }) => violation)).size).toBe(2);
  });

  it('ends an episode whose rule was redefined under the same id', () => {
    const there = { foot: [200, 400] as [number, number] };
    const { state, confirmed } = run(
      every(0, 3000, () => [there]),
      only('keep-out'),
    );
    const changed = {
      ...CAMERA,
      rules: [{ ...only('over').rules[0]!, id: 'keep-out' }],
    } as CameraConfig;
    const { verdicts } = run(
      every(3000, 4000, () => [there]),
      changed,
      state,
    );
    expect(verdicts).toMatchObject([{ type: 'ended', violation: confirmed[0]!.violation }]);
  });

  it('confirms and clears after the longest times that a rule may have', () => {
    const config = {
      ...CAMERA,
      rules: [{ ...only('keep-out').rules[0]!, confirmSeconds: 60, clearSeconds: 90 }],
    } as CameraConfig;
    const frames = every(0, 200_000, (ms) => [{ foot: [ms < 70_000 ? 200 : 700, 400] }]);
    const { verdicts } = run(frames, config);
    expect(verdicts.map(({ type }) => type)).toEqual(['confirmed', 'ended']);
    expect((verdicts[0] as { confirmedAt: number }).confirmedAt).toBe(START + 60_000);
  });

  it('follows a clock that was set back, without a duplicate record of the open episode', () => {
    const bare = { foot: [200, 400] as [number, number], helmet: 'missing' as PpeState };
    const frames = [
      ...every(0, 5000, () => [bare]),
      ...every(-3_600_000, -3_590_000, () => [bare]),
    ];
    expect(run(frames, only('ppe')).confirmed).toHaveLength(1);
  });

  it('lists the current violations by person', () => {
    const bare = { foot: [200, 400] as [number, number], vest: 'missing' as PpeState };
    const { state } = run(every(0, 4000, () => [bare]));
    const { holding } = judge(CAMERA, state, seen(4000, bare));
    expect(holding).toEqual(new Map([['a', ['missing-ppe', 'zone-intrusion']]]));
  });
});

describe('the actor of a record', () => {
  const bare = { foot: [200, 400] as [number, number], helmet: 'missing' as PpeState };

  it('keeps its id over its tracks; the track of another person who began later gives another id', () => {
    const frames = [
      ...every(0, 1000, () => [{ ...bare, track: 'a' }]),
      // The same person under a new track.
      ...every(1000, 4000, () => [{ ...bare, track: 'b' }]),
      // The tracker gives the first track to someone far away.
      ...every(4000, 8000, () => [
        { ...bare, track: 'b' },
        { ...bare, track: 'a', foot: [450, 590] as [number, number] },
      ]),
    ];
    const { confirmed, state } = run(frames, only('ppe'));
    expect(confirmed.map(({ actor, tracks }) => [actor, tracks])).toEqual([
      ['a', ['a', 'b']],
      ['a.2', ['a']],
    ]);
    expect(new Set(state.actors.map(({ id }) => id)).size).toBe(state.actors.length);
  });

  it('brings its path of the last 5 s on the floor, also over a broken track and a clock that was set', () => {
    const walk = (ms: number, track: string) => ({
      ...bare,
      track,
      floor: [ms / 1000, 2] as [number, number],
    });
    const frames = every(0, 12_000, (ms) => [walk(ms, ms < 3000 ? 'a' : 'b')]);
    const late = { ...only('ppe'), rules: [{ ...CAMERA.rules[0]!, confirmSeconds: 8 }] };
    const { confirmed } = run(frames, late);
    expect(confirmed).toHaveLength(1);
    const { path, confirmedAt, floor } = confirmed[0]!;
    const times = path.map(({ at }) => Date.parse(at));
    expect(times.at(-1)).toBe(confirmedAt);
    expect(times[0]).toBe(confirmedAt - 5000);
    expect(path).toHaveLength(26);
    expect(path.at(-1)).toEqual({ at: expect.any(String), floor, deviation: 0.1, nearest: null });
    expect(path[0]!.floor).toEqual([(confirmedAt - 5000 - START) / 1000, 2]);
    // An hour back, in the middle: times are those of the new clock, in order, none in the future.
    const back = frames.map((frame) => {
      const ms = Date.parse(frame.at) - START;
      const at = ms < 5000 ? START + ms : START - 3_600_000 + ms;
      return { ...frame, at: new Date(at).toISOString() };
    });
    const [after] = run(back, late).confirmed;
    const paths = after!.path.map(({ at }) => Date.parse(at));
    expect(paths).toEqual([...paths].sort((a, b) => a - b));
    expect(paths.at(-1)).toBe(after!.confirmedAt);
    expect(after!.confirmedAt).toBeLessThan(START);
  });

  it('has no path where the camera is not calibrated', () => {
    const { confirmed } = run(
      every(0, 5000, () => [bare]),
      only('ppe'),
    );
    expect(confirmed.map(({ path, floor }) => [path, floor])).toEqual([[[], null]]);
  });

  it('of a state of before version 2 goes on: an open episode is not recorded again', () => {
    const { state } = run(
      every(0, 5000, () => [bare]),
      only('ppe'),
    );
    const old = JSON.parse(JSON.stringify(state)) as {
      actors: {
        tracks?: unknown;
        path?: unknown;
        rules: Record<string, { open: { rule: string } }>;
      }[];
    };
    for (const actor of old.actors) {
      delete actor.tracks;
      delete actor.path;
      for (const memory of Object.values(actor.rules)) {
        if (memory.open) memory.open.rule = 'missing-helmet';
      }
    }
    const { verdicts } = run(
      every(5000, 12_000, () => [bare]),
      only('ppe'),
      judgeState.parse(old),
    );
    expect(verdicts).toEqual([]);
  });
});

describe('state', () => {
  it('is plain JSON that its schema accepts', () => {
    fc.assert(
      fc.property(story, (frames) => {
        const { state } = run(tell(frames));
        expect(judgeState.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
      }),
      { numRuns: 30 },
    );
  });

  it('drops people who left', () => {
    const frames = [
      ...every(0, 2000, () => [{ foot: [100, 300] }, { track: 'b', foot: [800, 300] }]),
      ...every(2000, 12_000, () => []),
    ];
    expect(run(frames).state.actors).toEqual([]);
  });
});

describe('insidePolygon', () => {
  it('agrees with its inscribed and circumscribed circles, for any first vertex', () => {
    const angle = fc.double({ min: 0, max: 2 * Math.PI, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 20 }),
        angle,
        fc.double({ min: 0, max: 3, noNaN: true }),
        (n, turn, r) => {
          const polygon = Array.from({ length: n }, (_, i): [number, number] => [
            Math.cos((2 * Math.PI * i) / n),
            Math.sin((2 * Math.PI * i) / n),
          ]);
          const inside = insidePolygon([r * Math.cos(turn), r * Math.sin(turn)], polygon);
          if (r > 1.001) expect(inside).toBe(false);
          if (r < Math.cos(Math.PI / n) - 0.001) expect(inside).toBe(true);
          const rolled = [...polygon.slice(1), polygon[0]!];
          expect(insidePolygon([r * Math.cos(turn), r * Math.sin(turn)], rolled)).toBe(inside);
        },
      ),
    );
  });

  it('handles a concave polygon', () => {
    const notched: [number, number][] = [
      [0, 0],
      [10, 0],
      [10, 10],
      [5, 2],
      [0, 10],
    ];
    expect(insidePolygon([5, 1], notched)).toBe(true);
    expect(insidePolygon([5, 5], notched)).toBe(false);
  });
});

describe('violationId', () => {
  it('is a ULID of its time, deterministic for the episode', () => {
    const id = violationId(1_469_918_176_385, ['gate', 'ppe']);
    // The time of the example in the specification.
    expect(id.slice(0, 10)).toBe('01ARYZ6S41');
    expect(violationId(1_469_918_176_385, ['gate', 'ppe'])).toBe(id);
    expect(violationId(1_469_918_176_385, ['gate', 'other'])).not.toBe(id);
  });
});
