import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { iou } from '../boxes.ts';
import { PersonScheduler } from '../pipeline/person-scheduler.ts';
import { inRegion } from './crop-layout.ts';
import { loadPpeCard } from './model-card.ts';
import { selectCrops } from './select-crops.ts';

const card = loadPpeCard(join(import.meta.dirname, '../../../models/ppe'));
const { size } = card.region;
const person = (x: number, height: number, score = 0.8, y = 200) => ({
  label: 'person',
  score,
  box: [x, y, x + height / 3, y + height] as Box,
});
const budget = { crops: 4, pixels: 1e6 };
const base = { width: 1280, height: 720, scale: 0.4, budget, round: 0 };
const whoOf = (crops: ReturnType<typeof selectCrops>) =>
  crops.flatMap((crop) => crop.people.map(({ person: [x] }) => x));

/** People anywhere in the frame, small enough for a crop. */
const crowd = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 1200 }),
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: card.region.minHeight + 1, max: card.region.belowHeight / base.scale - 1 }),
      fc.double({ min: 0.1, max: 1, noNaN: true }),
    ),
    { minLength: 1, maxLength: 14 },
  )
  .map((all) => all.map(([x, y, height, score]) => person(x, height, score, y)));
const anyBudget = fc.record({
  crops: fc.integer({ min: 1, max: 6 }),
  pixels: fc.integer({ min: 1, max: 600_000 }),
});

describe('selectCrops', () => {
  it('crops people too small for the full pass, not near or tiny ones', () => {
    const people = [person(100, 120), person(300, 450), person(600, 20), person(700, 120, 0.05)];
    expect(whoOf(selectCrops(card, { ...base, people }))).toEqual([100]);
    expect(selectCrops(card, { ...base, people, budget: { crops: 0, pixels: 1e6 } })).toEqual([]);
  });

  it('crops no picture that has hardly more pixels than the full pass', () => {
    const people = [person(100, 60)];
    const finer = { ...card, region: { ...card.region, finerBy: 1.5 } };
    expect(whoOf(selectCrops(finer, { ...base, people, scale: 0.66 }))).toEqual([100]);
    expect(selectCrops(finer, { ...base, people, scale: 0.68 })).toEqual([]);
  });

  it('rotates through all people where they exceed the budget', () => {
    const people = [0, 1, 2, 3, 4].map((i) => person(250 * i, 100));
    const counts = new Map<number, number>();
    for (let round = 0; round < 25; round++) {
      const crops = selectCrops(card, {
        ...base,
        people,
        budget: { ...budget, crops: 2 },
        round,
      });
      for (const x of whoOf(crops)) counts.set(x, (counts.get(x) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual([10, 10, 10, 10, 10]);
  });

  it('crops the requested targets first, and no others', () => {
    const people = [person(100, 100), person(500, 100), person(900, 100)];
    const targets: Box[] = [
      [902, 202, 936, 300],
      [101, 200, 135, 300],
    ];
    const crops = selectCrops(card, { ...base, people, targets });
    expect(crops.flatMap((crop) => crop.people)).toEqual([
      { person: people[2]!.box, target: 0 },
      { person: people[0]!.box, target: 1 },
    ]);
    const one = { ...budget, crops: 1 };
    expect(whoOf(selectCrops(card, { ...base, people, targets, budget: one }))).toEqual([900]);
    expect(selectCrops(card, { ...base, people, targets: [] })).toEqual([]);
  });

  it('crops an expected person that the full pass missed in this frame', () => {
    const targets: Box[] = [[300, 200, 335, 300]];
    const [crop] = selectCrops(card, { ...base, people: [], targets });
    expect(crop!.people).toEqual([{ person: targets[0], target: 0 }]);
  });

  it('crops a low-score candidate, and not again while the caller lists it as known', () => {
    const people = [person(100, 100), person(400, 100, 0.2), person(800, 100, 0.2)];
    const targets = [people[0]!.box];
    const crops = selectCrops(card, { ...base, people, targets, known: [people[1]!.box] });
    expect(whoOf(crops)).toEqual([100, 800]);
    expect(whoOf(selectCrops(card, { ...base, people, targets }))).toEqual([100]);
  });

  it('covers people side by side by one crop, at lower cost and similar scale', () => {
    const people = [person(300, 100), person(335, 100), person(372, 96)];
    const crops = selectCrops(card, { ...base, people });
    expect(crops).toHaveLength(1);
    const [{ width, height, region }] = crops as [(typeof crops)[0]];
    expect(width * height).toBeLessThan(2 * size * size);
    expect(width / region.width).toBeGreaterThan((0.73 * size) / (card.region.side * 96));
    const apart = selectCrops(card, { ...base, people: [person(300, 100), person(700, 100)] });
    expect(apart).toHaveLength(2);
    const unlike = selectCrops(card, { ...base, people: [person(300, 240), person(360, 80)] });
    expect(unlike).toHaveLength(2);
  });

  it('keeps to the fixed input size of some weights', () => {
    const input = { ...card.input, size: 640, multiple: 640 };
    const fixed = { ...card, input, region: { ...card.region, size: 640 } };
    const people = [0, 1, 2, 3, 4, 5].map((i) => person(300 + 60 * i, 100));
    const crops = selectCrops(fixed, { ...base, budget: { crops: 9, pixels: 1e8 }, people });
    expect(crops.flatMap((crop) => crop.people)).toHaveLength(6);
    expect(crops.every(({ width, height }) => width === 640 && height === 640)).toBe(true);
  });

  it('always keeps to its budget, covers every selected head and stays in the picture', () => {
    fc.assert(
      fc.property(crowd, anyBudget, fc.nat(50), (people, limits, round) => {
        const crops = selectCrops(card, { ...base, people, budget: limits, round });
        expect(crops.length).toBeGreaterThan(0);
        expect(crops.length).toBeLessThanOrEqual(limits.crops);
        const pixels = crops.reduce((sum, crop) => sum + crop.width * crop.height, 0);
        if (crops.length > 1 || crops[0]!.people.length > 1) {
          expect(pixels).toBeLessThanOrEqual(Math.max(limits.pixels, size * size));
        }
        for (const { region, people: seen, width, height } of crops) {
          expect(Math.min(region.left, region.top)).toBeGreaterThanOrEqual(0);
          expect(region.left + region.width).toBeLessThanOrEqual(1280 + 1e-9);
          expect(region.top + region.height).toBeLessThanOrEqual(720 + 1e-9);
          expect((width % card.input.multiple) + (height % card.input.multiple)).toBe(0);
          for (const { person: box } of seen) {
            const tall = box[3] - box[1];
            const middle = (box[0] + box[2]) / 2;
            const head: Box = [middle - tall / 12, box[1], middle + tall / 12, box[1] + tall / 6];
            const inPicture = inRegion({ left: 0, top: 0, width: 1280, height: 720 }, head);
            if (inPicture) expect(iou(inRegion(region, head)!, inPicture)).toBeCloseTo(1, 5);
          }
        }
      }),
    );
  });

  it('does not depend on the order of people', () => {
    fc.assert(
      fc.property(crowd, anyBudget, fc.nat(50), fc.integer(), (people, limits, round, seed) => {
        const mixed = [...people].sort(
          (a, b) =>
            Math.sin(seed + a.box[0] * 7 + a.box[1]) - Math.sin(seed + b.box[0] * 7 + b.box[1]),
        );
        const request = { ...base, budget: limits, round };
        expect(selectCrops(card, { ...request, people: mixed })).toEqual(
          selectCrops(card, { ...request, people }),
        );
      }),
    );
  });

  it('starves neither requested targets nor candidates', () => {
    fc.assert(
      fc.property(crowd, anyBudget, (people, limits) => {
        const order = new PersonScheduler();
        const last = new Map(people.map((one) => [one, -1]));
        const known = people.filter(({ score }) => score >= card.thresholds.person!.trust);
        const candidates = people.length - known.length;
        const rounds = 8 * people.length + 8;
        for (let frame = 0; frame < rounds; frame++) {
          const at = 1000 * frame;
          const names = order.due(
            known.map((_, i) => `T-${i}`),
            at,
          );
          const target = names.map((name) => known[Number(name.slice(2))]!);
          const crops = selectCrops(card, {
            ...base,
            people,
            budget: limits,
            round: frame,
            targets: target.map(({ box }) => box),
            known: known.map(({ box }) => box),
          });
          for (const { person: box, target: index } of crops.flatMap((crop) => crop.people)) {
            if (index !== null) order.markRead(names[index]!, at);
            for (const one of people) if (iou(one.box, box) > 0.3) last.set(one, frame);
          }
        }
        // Everyone was served within the last round: a candidate is first in one frame of four.
        const since = rounds - 4 * (known.length + candidates) - 4;
        for (const [one, frame] of last) {
          const isKnown = known.includes(one);
          const hidden = !isKnown && known.some((other) => iou(other.box, one.box) > 0.3);
          if (!hidden) expect(frame).toBeGreaterThanOrEqual(since);
        }
      }),
      { numRuns: 200 },
    );
  });
});
