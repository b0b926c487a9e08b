import { describe, expect, it } from 'vitest';
import { DEFAULT_TIMES } from '../../vision/src/judge/watches.ts';
import { across, at, boxAt, camera, inCell, LOOP, ppe, type Walk } from './hand-made-truth.ts';
import {
  QUEUE_TARGETS,
  type QueueFinding,
  type QueueItem,
  queueMisses,
  scoreQueue,
} from './queue-score.ts';
import { breaches, CONFIRM_SECONDS, episodesOf, type TruthCamera } from './queue-truth.ts';

/* Truth and queues made by hand: the scorer must fail each mistake of a queue. */

let n = 0;
const finding = (
  cameraId: string,
  ruleId: string,
  confirmedAt: number,
  x: number,
  more: Partial<QueueFinding> = {},
): QueueFinding => ({
  id: `f${n++}`,
  camera: cameraId,
  ruleId,
  item: ruleId === 'ppe' ? 'helmet' : null,
  startedAt: confirmedAt - 2,
  confirmedAt,
  box: boxAt(x),
  ...more,
});
const item = (...findings: QueueFinding[]): QueueItem => ({ id: `i${n++}`, findings });
const watched = { from: 0.5, to: 39 };
const score = (items: QueueItem[], ...cameras: TruthCamera[]) =>
  scoreQueue(items, cameras, { watched, gapSeconds: 10 });

describe('episodes of the truth', () => {
  const times = (one: TruthCamera) =>
    breaches(one, 'must', LOOP).filter(({ from }) => from < LOOP - 1);

  it('count a rule that is broken for its confirm time in sight of a camera', () => {
    const bare = (walk: Walk) => camera('west', { P: { walk, helmet: false } }, [ppe]);
    expect(times(bare(at(10, 11.5, 3)))).toEqual([]);
    const [found] = times(bare(at(10, 14, 3)));
    expect(found).toMatchObject({
      person: 'hall/P',
      camera: 'west',
      key: 'ppe/helmet',
      from: 10,
      to: 14,
    });
    // Two thirds of the worker are hidden, or most of the box is outside of the picture.
    expect(times(bare((t) => ({ x: 3, seen: t > 10 && t < 20 ? 0.25 : 0 })))).toEqual([]);
    // A post hides the worker for a moment.
    const hidden = times(
      bare((t) => (t >= 10 && t <= 14 ? { x: 3, seen: t > 11.5 && t < 11.9 ? 0 : 1 } : null)),
    );
    expect(hidden).toHaveLength(1);
    expect(times(camera('west', { P: { walk: at(10, 14, 3) } }, [ppe]))).toEqual([]);
  });

  it('know zones, directions of lines, and rounds of the clip', () => {
    const go: Walk = (t) => (t >= 10 && t <= 14 ? { x: 4 + (t - 10) } : null);
    const back: Walk = (t) => (t >= 10 && t <= 14 ? { x: 8 - (t - 10) } : null);
    const one = camera('west', { P: { walk: go } }, [across, inCell]);
    const found = breaches(one, 'must', LOOP + 30);
    const keys = found.map(({ key }) => key).sort();
    expect(keys.join(' ')).toBe('across across across in-cell in-cell in-cell');
    expect(found.find(({ key }) => key === 'across')?.from).toBeCloseTo(12, 0);
    expect(found.filter(({ key }) => key === 'across')[1]?.from).toBeCloseTo(12 + LOOP, 0);
    expect(times(camera('west', { P: { walk: back } }, [across]))).toEqual([]);
  });

  it('are one over cameras, rules and gaps up to ten seconds', () => {
    const breach = (from: number, to: number, person = 'hall/P') => ({
      person,
      camera: 'west',
      key: 'ppe/helmet',
      from,
      to,
    });
    const all = [breach(30, 32), breach(0, 4), breach(13.9, 18), breach(3, 5, 'hall/Q')];
    expect(episodesOf(all, 10)).toEqual([
      { person: 'hall/P', from: 0, to: 18 },
      { person: 'hall/Q', from: 3, to: 5 },
      { person: 'hall/P', from: 30, to: 32 },
    ]);
  });

  it('know stays, by the time that the rule gives them', () => {
    const stays = { id: 'stays', kind: 'loitering', zone: 'cell', confirmSeconds: 6 };
    const stayed = (to: number) => camera('west', { P: { walk: at(10, to, 8) } }, [stays]);
    expect(times(stayed(17))).toMatchObject([{ key: 'stays', from: 10, to: 17 }]);
    expect(times(stayed(15))).toEqual([]);
    // What a queue records of the shorter stay is false.
    const found = [item(finding('west', 'stays', 14.9, 8))];
    expect(score(found, stayed(17))).toMatchObject({ items: 1, falseItems: 0, undecided: 0 });
    expect(score(found, stayed(13))).toMatchObject({ items: 1, falseItems: 1, undecided: 0 });
  });

  it('ask no rule that needs a machine, and allow its findings', () => {
    const rule = { ...inCell, whileMachine: { machine: 'robot', states: ['running'] } };
    const one = camera('west', { P: { walk: at(10, 14, 8) } }, [rule]);
    expect(times(one)).toEqual([]);
    expect(breaches(one, 'may', LOOP).length).toBeGreaterThan(0);
  });

  it('use the confirm times that are shipped', () => {
    for (const [kind, seconds] of Object.entries(CONFIRM_SECONDS)) {
      expect(DEFAULT_TIMES[kind as keyof typeof DEFAULT_TIMES].confirm, kind).toBe(seconds);
    }
  });
});

describe('the score of a queue', () => {
  const people = {
    P: { walk: at(10, 16, 3), helmet: false },
    Q: { walk: at(12, 18, 6.5), helmet: true },
  };
  const west = camera('west', people, [ppe, inCell]);
  const east = camera('east', people, [ppe, inCell]);
  const ofP = () => finding('west', 'ppe', 13, 3);
  const ofPEast = () => finding('east', 'ppe', 13.4, 3);
  const ofQ = () => finding('west', 'in-cell', 14, 6.5);
  const ofQEast = () => finding('east', 'in-cell', 14.2, 6.5);

  it('is full for one item for each act', () => {
    const found = score([item(ofP(), ofPEast()), item(ofQ(), ofQEast())], west, east);
    expect(found).toMatchObject({
      episodes: 2,
      found: 2,
      items: 2,
      falseItems: 0,
      doubled: 0,
      wrongJoins: 0,
      itemsPerFound: 1,
      findingsPerFound: 2,
    });
    expect(queueMisses(found)).toEqual([]);
  });

  it('fails an item for each camera', () => {
    const found = score([item(ofP()), item(ofPEast()), item(ofQ()), item(ofQEast())], west, east);
    expect(found).toMatchObject({ found: 2, doubled: 2, itemsPerFound: 2, wrongJoins: 0 });
    expect(queueMisses(found)).toHaveLength(1);
  });

  it('fails an act without an item', () => {
    const found = score([item(ofP(), ofPEast())], west, east);
    expect(found).toMatchObject({ episodes: 2, found: 1 });
    expect(queueMisses(found)[0]).toContain('found 0.500');
  });

  it('fails items of nobody, of another person and of a rule that was not broken', () => {
    const items = [item(ofP()), item(ofQ())];
    const wrong = [
      finding('west', 'ppe', 13, 11),
      finding('west', 'ppe', 14, 6.5),
      finding('west', 'in-cell', 13, 3),
      finding('west', 'ppe', 30, 3),
    ];
    for (const one of wrong) {
      const found = score([...items, item(one)], west, east);
      expect(found).toMatchObject({ found: 2, items: 3, falseItems: 1 });
      expect(queueMisses(found)[0]).toContain('false 0.333');
    }
    // Beside a true finding a false one is no item of its own.
    const mixed = score([item(ofP(), wrong[2]!), item(ofQ())], west, east);
    expect(mixed).toMatchObject({ items: 2, falseItems: 0, falseFindings: 1 });
  });

  it('fails an item of two people, also where one of its findings is false', () => {
    const joined = score([item(ofP(), ofQEast())], west, east);
    expect(joined).toMatchObject({ found: 2, wrongJoins: 1 });
    expect(queueMisses(joined)).toContain('wrong joins 1, none allowed');
    const withFalse = score(
      [item(ofP(), finding('east', 'ppe', 14, 6.5)), item(ofQ())],
      west,
      east,
    );
    expect(withFalse.wrongJoins).toBe(1);
    const byChain = score([item(ofP(), ofPEast(), ofQ()), item(ofQEast())], west, east);
    expect(byChain.wrongJoins).toBe(1);
  });

  it('calls a box that covers two people unclear, and no wrong join', () => {
    const close = camera(
      'west',
      { P: { walk: at(10, 16, 3), helmet: false }, Q: { walk: at(10, 16, 3.05), helmet: false } },
      [ppe],
    );
    const found = score(
      [item(finding('west', 'ppe', 13, 3), finding('west', 'ppe', 13, 3.05))],
      close,
    );
    expect(found).toMatchObject({ wrongJoins: 0, unclear: 2 });
  });

  it('leaves out what the time watched cuts, and rules that the truth cannot decide', () => {
    const phone = { id: 'phone', kind: 'phone-use', severity: 'low' };
    const one = camera('west', { P: { walk: at(0, 6, 3), helmet: false }, Q: people.Q }, [
      ppe,
      inCell,
      phone,
    ]);
    const found = score(
      [item(finding('west', 'ppe', 2, 3)), item(ofQ()), item(finding('west', 'phone', 14, 6.5))],
      one,
    );
    expect(found).toMatchObject({ episodes: 1, found: 1, items: 1, falseItems: 0, undecided: 1 });
  });

  it('is held against the targets of the product', () => {
    expect(QUEUE_TARGETS).toEqual({
      foundShare: 0.95,
      falseShare: 0.1,
      itemsPerFound: 1.2,
      wrongJoins: 0,
    });
  });

  it('proves nothing without an episode', () => {
    const empty = camera('west', { Q: { walk: at(12, 18, 3) } }, [ppe]);
    expect(queueMisses(score([], empty))).toHaveLength(1);
  });

  it('follows the round of each clip', () => {
    const later = { ...west, phase: 25 };
    // The clip is 25 s ahead: what it shows at 13 s is seen 28 s before, or 12 s after the next round.
    const found = scoreQueue(
      [item(finding('west', 'ppe', 28, 3)), item(finding('west', 'in-cell', 29, 6.5))],
      [later],
      {
        watched: { from: 0.5, to: 39 },
        gapSeconds: 10,
      },
    );
    expect(found).toMatchObject({ episodes: 2, found: 2, falseItems: 0 });
  });
});
