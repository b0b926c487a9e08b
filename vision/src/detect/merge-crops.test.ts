import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import type { Detection } from '../frame.ts';
import { readEquipment } from '../judge/equipment.ts';
import { itemsOf } from './card/ppe.ts';
import type { Crop } from './crop-layout.ts';
import { mergeCrops } from './merge-crops.ts';
import { loadPpeCard } from './model-card.ts';

const card = loadPpeCard(join(import.meta.dirname, '../../../models/ppe'));
const trust = (label: string) => card.thresholds[label]?.trust ?? 1;
const detection = (label: string, score: number, ...box: Box): Detection => ({ label, score, box });
const merge = (full: Detection[], ...crops: [Crop, Detection[]][]) =>
  mergeCrops(
    card,
    full,
    crops.map(([crop, detections]) => ({ crop, detections })),
    1280,
    720,
  );
const labels = (found: Detection[]) => found.map(({ label }) => label);

function cropOf(person: Box, left: number, top: number, side = 90): Crop {
  const region = { left, top, width: side, height: side };
  return { people: [{ person, target: null }], region, width: 224, height: 224 };
}
const first = detection('person', 0.9, 100, 100, 140, 220);
const crop = cropOf(first.box, 75, 86);

describe('mergeCrops', () => {
  it('prefers the crop’s detection to that of the full pass', () => {
    const full = [first, detection('helmet', 0.6, 112, 102, 126, 114)];
    const seen = [
      detection('head', 0.5, 112, 103, 126, 116),
      detection('person', 0.5, 100, 99, 140, 176),
    ];
    expect(labels(merge(full, [crop, seen]))).toEqual(['person', 'head']);
  });

  it('fuses detections of both passes into one box between them, with the higher score', () => {
    const guessed = detection('helmet', 0.6, 112, 102, 128, 114);
    const seen = detection('helmet', 0.2, 112, 102, 124, 114);
    const [, helmet, ...rest] = merge(
      [first, guessed],
      [crop, [seen, detection('person', 0.5, 100, 99, 140, 176)]],
    );
    expect(rest).toEqual([]);
    expect(helmet).toMatchObject({ label: 'helmet', score: 0.6 });
    expect(helmet?.box.map((side) => Math.round(side * 1e6) / 1e6)).toEqual([112, 102, 127, 114]);
    // A low-score detection in a bench must not be raised above what the worker would see.
    const faint = { ...seen, score: 0.02 };
    expect(
      merge([first, guessed], [crop, [faint, detection('person', 0.5, 100, 99, 140, 176)]]),
    ).toContainEqual(faint);
  });

  it('keeps the parts of people without a crop, and all where there is no crop', () => {
    const far = detection('vest', 0.4, 500, 100, 520, 130);
    expect(merge([far], [crop, []])).toEqual([far]);
    expect(merge([first, far])).toEqual([first, far]);
  });

  it('drops parts that the crop cuts off in favour of the full pass', () => {
    const cut = detection('head', 0.7, 70, 110, 83, 124);
    const whole = detection('head', 0.4, 66, 110, 83, 124);
    expect(merge([first, whole], [crop, [cut]])).toEqual([first, whole]);
    // The crop covers its centre, but an edge cuts it.
    const half = detection('helmet', 0.7, 157, 110, 169, 124);
    const halfSeen = detection('helmet', 0.8, 157, 110, 165, 124);
    expect(merge([first, half], [crop, [halfSeen]])).toEqual([first, half]);
    // At an edge of the picture, the crop cuts nothing off that the picture does not.
    const atCorner = detection('person', 0.8, 0, 0, 30, 90);
    const corner = detection('helmet', 0.6, 0, 0, 12, 12);
    expect(merge([atCorner], [cropOf(atCorner.box, 0, 0), [corner]])).toEqual([atCorner, corner]);
  });

  it('ignores the parts of a crop without a person', () => {
    const doubtful = { ...first, score: 0.15 };
    const lamp = detection('head', 0.7, 112, 103, 126, 116);
    expect(merge([doubtful], [crop, [lamp]])).toEqual([doubtful]);
    const guess = detection('helmet', 0.5, 112, 102, 126, 114);
    expect(merge([doubtful, guess], [crop, [lamp]])).toEqual([doubtful, guess]);
  });

  it('ignores parts that are too large for the crop', () => {
    const near = detection('vest', 0.8, 80, 90, 150, 165);
    expect(merge([near], [crop, [detection('vest', 0.5, 80, 90, 150, 165)]])).toEqual([near]);
  });

  it('keeps one of two crops’ boxes of a helmet, also where they differ, and assigns it to its wearer', () => {
    const second = detection('person', 0.85, 132, 104, 170, 222);
    const helmet = detection('helmet', 0.7, 114, 101, 128, 113);
    const again = detection('helmet', 0.62, 113, 100, 131, 117);
    const bare = detection('head', 0.6, 144, 105, 157, 120);
    const bareAgain = detection('head', 0.5, 144, 104, 158, 121);
    const merged = merge(
      [first, second],
      [crop, [helmet, bareAgain]],
      [cropOf(second.box, 106, 90), [again, bare]],
    );
    expect(merged).toEqual([first, second, helmet, bare]);
    const equipment = readEquipment([first.box, second.box], merged, itemsOf(card), trust);
    expect(equipment.map((one) => one.helmet)).toEqual(['worn', 'missing']);
  });

  it('does not merge two heads side by side', () => {
    const heads = [
      detection('head', 0.7, 110, 105, 124, 120),
      detection('head', 0.6, 123, 106, 137, 121),
    ];
    expect(merge([first], [crop, heads])).toEqual([first, ...heads]);
  });

  it('raises the score of a person that a crop confirms', () => {
    const weak = { ...first, score: 0.2 };
    const upper = detection('person', 0.7, 101, 101, 139, 175);
    const [confirmed] = merge([weak], [crop, [upper]]);
    expect(confirmed).toEqual({ ...weak, score: Math.cbrt(0.2 * 0.7 ** 2) });
    expect(merge([first], [crop, [upper]])).toEqual([first]);
    const elsewhere = detection('person', 0.7, 76, 120, 98, 170);
    expect(merge([weak], [crop, [elsewhere]])[0]).toEqual(weak);
  });

  it('adds a person that the full pass missed: at an expected place, or whole in a search tile', () => {
    const upper = detection('person', 0.7, 101, 101, 141, 176);
    expect(merge([], [crop, [upper]])).toEqual([{ ...upper, box: [101, 101, 141, 220] }]);
    const tile = { ...crop, people: [] };
    const small = detection('person', 0.6, 80, 100, 95, 150);
    expect(merge([first], [tile, [small]])).toEqual([first, small]);
    // Also a low-score candidate of a search: a crop may confirm it.
    const weak = { ...small, score: 0.2 };
    expect(merge([first], [tile, [weak]])).toEqual([first, weak]);
    // A crop adds its targets only; a partial person is not tracked.
    expect(merge([first], [crop, [small]])).toEqual([first]);
    expect(merge([first], [tile, [detection('person', 0.6, 150, 100, 165, 150)]])).toEqual([first]);
    // A part of a person that is already detected.
    expect(merge([first], [crop, [detection('person', 0.8, 105, 103, 135, 140)]])).toEqual([first]);
  });
});
