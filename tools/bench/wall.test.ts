import { describe, expect, it } from 'vitest';
import {
  coveringLabels,
  crowdsOf,
  labelsInCrowds,
  type PlaceLabels,
  placeLabelsOfDashboard,
} from './wall/crowds.ts';
import { readCrowds } from './wall/given-crowds.ts';
import { MOVEMENT } from './wall/marked-picture.ts';
import {
  heapGrowth,
  type MarkedFrame,
  skewInFrames,
  type WallRun,
  wallMisses,
} from './wall/wall-score.ts';

/** The marker goes to the right and back; the box is off by itself, and `lag` frames late. */
function followed(lag: number, own = 7): MarkedFrame[] {
  const { from, to, perFrame } = MOVEMENT;
  const there = Array.from({ length: 60 }, (_, n) => from + n * perFrame);
  const back = there.map((x) => to + from - x);
  return [
    ...there.map((marker) => ({ marker, box: marker + own - lag * perFrame })),
    ...back.map((marker) => ({ marker, box: marker + own + lag * perFrame })),
  ];
}

describe('the skew of a box', () => {
  it('is what it lags behind its person, and not how it lies around the person', () => {
    for (const lag of [0, 0.5, 3]) {
      for (const own of [-20, 0, 7]) {
        const skews = skewInFrames(followed(lag, own), MOVEMENT);
        expect(skews.length).toBeGreaterThan(60);
        for (const one of skews) expect(one).toBeCloseTo(lag);
      }
    }
  });

  it('is not of frames near a turn, without a box or of a marker that stands', () => {
    const all = followed(1);
    const { from, to, perFrame } = MOVEMENT;
    const wild = all.map((one) => {
      const atTurn = Math.min(one.marker - from, to - one.marker) < 8 * perFrame;
      return atTurn ? { ...one, box: 0 } : one;
    });
    for (const skew of skewInFrames(wild, MOVEMENT)) expect(skew).toBeCloseTo(1);
    expect(skewInFrames(all.slice(0, 60), MOVEMENT)).toEqual([]);
    expect(
      skewInFrames(
        all.map((one) => ({ ...one, box: null })),
        MOVEMENT,
      ),
    ).toEqual([]);
    const still = Array.from({ length: 60 }, () => ({ marker: 250, box: 300 }));
    expect(skewInFrames(still, MOVEMENT)).toEqual([]);
  });
});

describe('labels in crowds', () => {
  const box = { x: 100, y: 100, width: 40, height: 100 };
  const label = (x: number, y: number) => ({ x, y, width: 50, height: 16 });

  it('cover where they lie over another label or a head', () => {
    expect(coveringLabels([label(100, 82)], [box])).toBe(0);
    expect(coveringLabels([label(100, 95)], [box])).toBe(1);
    expect(coveringLabels([label(100, 150)], [box])).toBe(0);
    expect(coveringLabels([label(0, 0), label(49, 15), label(200, 0)], [])).toBe(2);
    expect(coveringLabels([label(0, 0), label(50, 0)], [])).toBe(0);
  });

  it('are placed by the dashboard so that none covers', async () => {
    const { people, placed, covered } = labelsInCrowds(
      await placeLabelsOfDashboard(),
      crowdsOf('1'),
    );
    expect(covered).toBe(0);
    // Not because there are none.
    expect(placed).toBeGreaterThan(people / 4);
  });

  it('are counted where a placement lets them cover', () => {
    const above: PlaceLabels = (people) => ({
      labels: people.map(({ key, box: { x, y }, label: size }) => ({ key, x, y: y - 18, ...size })),
      places: new Map(),
    });
    expect(labelsInCrowds(above, crowdsOf('1')).covered).toBeGreaterThan(100);
  });
});

describe('the targets of the wall', () => {
  const marked = Array.from({ length: 100 }, () => ({ marker: 200, box: 200 }));
  const run: WallRun = {
    live: 2,
    tileFps: [10, 15],
    rested: 0,
    resting: 3,
    stillFps: [0.5, 0.8, 0.9],
    longTasks: [],
    heap: { before: 100, after: 105 },
    delays: marked.map(() => 700),
    marked,
    skews: marked.map(() => 1),
    labels: { placed: 10, covered: 0 },
  };
  const targets = {
    tileFps: 10,
    stillsPerSecond: 0.8,
    longTasks: 0,
    heapGrowth: 0.05,
    glassP95Ms: 700,
    skewFrames: 1,
    coveredLabels: 0,
  };

  it('are met at their limits, and each of them can be missed', () => {
    expect(heapGrowth(run.heap)).toBeCloseTo(0.05);
    const met = { ...run, heap: { before: 1000, after: 1049 } };
    expect(wallMisses(met, targets)).toEqual([]);
    // Nobody was in sight of one of the cameras for a while.
    expect(wallMisses({ ...met, tileFps: [15], rested: 1 }, targets)).toEqual([]);
    const worse: Partial<WallRun>[] = [
      { tileFps: [15] },
      { live: 0, tileFps: [] },
      { tileFps: [], rested: 2 },
      { tileFps: [9.9, 15] },
      { stillFps: [0.8, 0.9] },
      { stillFps: [0.7, 0.79, 0.9] },
      { longTasks: [51] },
      { heap: { before: 100, after: 106 } },
      { delays: run.delays.map((ms) => ms + 1) },
      { delays: run.delays.slice(0, 29) },
      { marked: marked.map((one, n) => (n < 51 ? { ...one, box: null } : one)) },
      { marked: [], skews: [] },
      { skews: run.skews.slice(0, 29) },
      { skews: run.skews.map(() => 1.1) },
      { labels: { placed: 0, covered: 0 } },
      { labels: { placed: 10, covered: 1 } },
    ];
    const good = { ...run, heap: { before: 100, after: 104 } };
    for (const one of worse) {
      expect(wallMisses({ ...good, ...one }, targets), JSON.stringify(one)).toHaveLength(1);
    }
  });
});

describe('crowds of another source', () => {
  const person = {
    key: 'a',
    box: { x: 10, y: 10, width: 30, height: 90 },
    label: { width: 60, height: 16 },
  };
  const crowd = { area: { width: 640, height: 360 }, frames: [[person], [person]] };

  it('are placed as those of the bench', async () => {
    const crowds = readCrowds(`${JSON.stringify(crowd)}\n\n${JSON.stringify(crowd)}\n`);
    const labels = labelsInCrowds(await placeLabelsOfDashboard(), crowds);
    expect(labels).toEqual({ people: 4, placed: 4, covered: 0 });
  });

  it('are refused with the line that is wrong', () => {
    expect(() => readCrowds(`${JSON.stringify(crowd)}\n{`)).toThrow('line 2: no JSON');
    expect(() => readCrowds(JSON.stringify({ ...crowd, area: { width: 0, height: 1 } }))).toThrow(
      'line 1: area.width',
    );
    expect(() => readCrowds('\n')).toThrow('there is no crowd');
  });
});
