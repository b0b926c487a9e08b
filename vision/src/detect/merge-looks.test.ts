import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import type { Detection } from '../frame.ts';
import { readEquipment } from '../judge/equipment.ts';
import type { CloseLook } from './look-regions.ts';
import { mergeLooks } from './merge-looks.ts';
import { loadPpeCard } from './model-card.ts';

const card = loadPpeCard(join(import.meta.dirname, '../../../models/ppe'));
const trust = (label: string) => card.thresholds[label]?.trust ?? 1;
const drawn = (label: string, score: number, ...box: Box): Detection => ({ label, score, box });
const merge = (full: Detection[], ...looks: [CloseLook, Detection[]][]) =>
  mergeLooks(
    card,
    full,
    looks.map(([look, detections]) => ({ look, detections })),
    1280,
    720,
  );
const labels = (found: Detection[]) => found.map(({ label }) => label);

function lookAt(person: Box, left: number, top: number, side = 90): CloseLook {
  const region = { left, top, width: side, height: side };
  return { people: [{ person, asked: null }], region, width: 224, height: 224 };
}
const first = drawn('person', 0.9, 100, 100, 140, 220);
const look = lookAt(first.box, 75, 86);

describe('mergeLooks', () => {
  it('prefers what the close look saw to what the full pass guessed', () => {
    const full = [first, drawn('helmet', 0.6, 112, 102, 126, 114)];
    const seen = [drawn('head', 0.5, 112, 103, 126, 116), drawn('person', 0.5, 100, 99, 140, 176)];
    expect(labels(merge(full, [look, seen]))).toEqual(['person', 'head']);
  });

  it('draws what both saw once, between their boxes, and believes the surer one', () => {
    const guessed = drawn('helmet', 0.6, 112, 102, 128, 114);
    const seen = drawn('helmet', 0.2, 112, 102, 124, 114);
    const [, helmet, ...rest] = merge(
      [first, guessed],
      [look, [seen, drawn('person', 0.5, 100, 99, 140, 176)]],
    );
    expect(rest).toEqual([]);
    expect(helmet).toMatchObject({ label: 'helmet', score: 0.6 });
    expect(helmet?.box.map((side) => Math.round(side * 1e6) / 1e6)).toEqual([112, 102, 127, 114]);
    // What a bench reads below `keep` is not lifted to what the worker would never see.
    const faint = { ...seen, score: 0.02 };
    expect(
      merge([first, guessed], [look, [faint, drawn('person', 0.5, 100, 99, 140, 176)]]),
    ).toContainEqual(faint);
  });

  it('keeps the parts of people that nobody looked at, and all without a look', () => {
    const far = drawn('vest', 0.4, 500, 100, 520, 130);
    expect(merge([far], [look, []])).toEqual([far]);
    expect(merge([first, far])).toEqual([first, far]);
  });

  it('leaves what a look cuts off to the pass that has it whole', () => {
    const cut = drawn('head', 0.7, 70, 110, 83, 124);
    const whole = drawn('head', 0.4, 66, 110, 83, 124);
    expect(merge([first, whole], [look, [cut]])).toEqual([first, whole]);
    // The look has the middle of it, but an edge runs through.
    const half = drawn('helmet', 0.7, 157, 110, 169, 124);
    const halfSeen = drawn('helmet', 0.8, 157, 110, 165, 124);
    expect(merge([first, half], [look, [halfSeen]])).toEqual([first, half]);
    // At an edge of the picture nothing is cut off that is not cut off by the picture, too.
    const atCorner = drawn('person', 0.8, 0, 0, 30, 90);
    const corner = drawn('helmet', 0.6, 0, 0, 12, 12);
    expect(merge([atCorner], [lookAt(atCorner.box, 0, 0), [corner]])).toEqual([atCorner, corner]);
  });

  it('does not listen to a look that found nobody', () => {
    const doubtful = { ...first, score: 0.15 };
    const lamp = drawn('head', 0.7, 112, 103, 126, 116);
    expect(merge([doubtful], [look, [lamp]])).toEqual([doubtful]);
    const guess = drawn('helmet', 0.5, 112, 102, 126, 114);
    expect(merge([doubtful, guess], [look, [lamp]])).toEqual([doubtful, guess]);
  });

  it('leaves what is too large for a look to the full pass', () => {
    const near = drawn('vest', 0.8, 80, 90, 150, 165);
    expect(merge([near], [look, [drawn('vest', 0.5, 80, 90, 150, 165)]])).toEqual([near]);
  });

  it('draws a helmet once that two looks saw, also where their boxes differ, and gives it to its wearer', () => {
    const second = drawn('person', 0.85, 132, 104, 170, 222);
    const helmet = drawn('helmet', 0.7, 114, 101, 128, 113);
    const again = drawn('helmet', 0.62, 113, 100, 131, 117);
    const bare = drawn('head', 0.6, 144, 105, 157, 120);
    const bareAgain = drawn('head', 0.5, 144, 104, 158, 121);
    const merged = merge(
      [first, second],
      [look, [helmet, bareAgain]],
      [lookAt(second.box, 106, 90), [again, bare]],
    );
    expect(merged).toEqual([first, second, helmet, bare]);
    const equipment = readEquipment([first.box, second.box], merged, trust);
    expect(equipment.map((one) => one.helmet)).toEqual(['worn', 'missing']);
  });

  it('does not take two heads side by side for one', () => {
    const heads = [drawn('head', 0.7, 110, 105, 124, 120), drawn('head', 0.6, 123, 106, 137, 121)];
    expect(merge([first], [look, heads])).toEqual([first, ...heads]);
  });

  it('believes more in a person whom a look saw, too', () => {
    const weak = { ...first, score: 0.2 };
    const upper = drawn('person', 0.7, 101, 101, 139, 175);
    const [confirmed] = merge([weak], [look, [upper]]);
    expect(confirmed).toEqual({ ...weak, score: Math.cbrt(0.2 * 0.7 ** 2) });
    expect(merge([first], [look, [upper]])).toEqual([first]);
    const elsewhere = drawn('person', 0.7, 76, 120, 98, 170);
    expect(merge([weak], [look, [elsewhere]])[0]).toEqual(weak);
  });

  it('finds somebody whom the full pass missed: where they were expected, or wholly in a tile of the search', () => {
    const upper = drawn('person', 0.7, 101, 101, 141, 176);
    expect(merge([], [look, [upper]])).toEqual([{ ...upper, box: [101, 101, 141, 220] }]);
    const tile = { ...look, people: [] };
    const small = drawn('person', 0.6, 80, 100, 95, 150);
    expect(merge([first], [tile, [small]])).toEqual([first, small]);
    // Whom a search hardly believes in, too: a close look may confirm them.
    const weak = { ...small, score: 0.2 };
    expect(merge([first], [tile, [weak]])).toEqual([first, weak]);
    // A look is for those whom it was asked for; half a person is no box to track.
    expect(merge([first], [look, [small]])).toEqual([first]);
    expect(merge([first], [tile, [drawn('person', 0.6, 150, 100, 165, 150)]])).toEqual([first]);
    // A part of somebody drawn already.
    expect(merge([first], [look, [drawn('person', 0.8, 105, 103, 135, 140)]])).toEqual([first]);
  });
});
