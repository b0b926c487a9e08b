import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { iou } from '../boxes.ts';
import { LookOrder } from '../pipeline/look-order.ts';
import { chooseLooks } from './choose-looks.ts';
import { inRegion } from './look-regions.ts';
import { loadPpeCard } from './model-card.ts';

const card = loadPpeCard(join(import.meta.dirname, '../../../models/ppe'));
const { size } = card.region;
const person = (x: number, height: number, score = 0.8, y = 200) => ({
  label: 'person',
  score,
  box: [x, y, x + height / 3, y + height] as Box,
});
const budget = { looks: 4, pixels: 1e6 };
const base = { width: 1280, height: 720, scale: 0.4, budget, turn: 0 };
const whoOf = (looks: ReturnType<typeof chooseLooks>) =>
  looks.flatMap((look) => look.people.map(({ person: [x] }) => x));

/** People anywhere in the frame, small enough for a look. */
const crowd = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 1200 }),
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: card.region.minHeight + 1, max: 299 }),
      fc.double({ min: 0.1, max: 1, noNaN: true }),
    ),
    { minLength: 1, maxLength: 14 },
  )
  .map((all) => all.map(([x, y, height, score]) => person(x, height, score, y)));
const anyBudget = fc.record({
  looks: fc.integer({ min: 1, max: 6 }),
  pixels: fc.integer({ min: 1, max: 600_000 }),
});

describe('chooseLooks', () => {
  it('looks at people too small for the full pass, not at the near or the tiny', () => {
    const people = [person(100, 120), person(300, 450), person(600, 20), person(700, 120, 0.05)];
    expect(whoOf(chooseLooks(card, { ...base, people }))).toEqual([100]);
    expect(chooseLooks(card, { ...base, people, budget: { looks: 0, pixels: 1e6 } })).toEqual([]);
  });

  it('serves everyone in turn where there are more than the budget', () => {
    const people = [0, 1, 2, 3, 4].map((i) => person(250 * i, 100));
    const counts = new Map<number, number>();
    for (let turn = 0; turn < 25; turn++) {
      const looks = chooseLooks(card, {
        ...base,
        people,
        budget: { ...budget, looks: 2 },
        turn,
      });
      for (const x of whoOf(looks)) counts.set(x, (counts.get(x) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual([10, 10, 10, 10, 10]);
  });

  it('takes those that are due first, and nobody else', () => {
    const people = [person(100, 100), person(500, 100), person(900, 100)];
    const lookAt: Box[] = [
      [902, 202, 936, 300],
      [101, 200, 135, 300],
    ];
    const looks = chooseLooks(card, { ...base, people, lookAt });
    expect(looks.flatMap((look) => look.people)).toEqual([
      { person: people[2]!.box, asked: 0 },
      { person: people[0]!.box, asked: 1 },
    ]);
    const one = { ...budget, looks: 1 };
    expect(whoOf(chooseLooks(card, { ...base, people, lookAt, budget: one }))).toEqual([900]);
    expect(chooseLooks(card, { ...base, people, lookAt: [] })).toEqual([]);
  });

  it('looks where somebody is expected whom the full pass misses this time', () => {
    const lookAt: Box[] = [[300, 200, 335, 300]];
    const [look] = chooseLooks(card, { ...base, people: [], lookAt });
    expect(look!.people).toEqual([{ person: lookAt[0], asked: 0 }]);
  });

  it('looks at one who may be somebody, and not again while the caller knows of it', () => {
    const people = [person(100, 100), person(400, 100, 0.2), person(800, 100, 0.2)];
    const lookAt = [people[0]!.box];
    const looks = chooseLooks(card, { ...base, people, lookAt, known: [people[1]!.box] });
    expect(whoOf(looks)).toEqual([100, 800]);
    expect(whoOf(chooseLooks(card, { ...base, people, lookAt }))).toEqual([100]);
  });

  it('lays one region over people side by side, which costs less and shows them as large', () => {
    const people = [person(300, 100), person(335, 100), person(372, 96)];
    const looks = chooseLooks(card, { ...base, people });
    expect(looks).toHaveLength(1);
    const [{ width, height, region }] = looks as [(typeof looks)[0]];
    expect(width * height).toBeLessThan(2 * size * size);
    expect(width / region.width).toBeGreaterThan((0.73 * size) / (card.region.side * 96));
    const apart = chooseLooks(card, { ...base, people: [person(300, 100), person(700, 100)] });
    expect(apart).toHaveLength(2);
    const unlike = chooseLooks(card, { ...base, people: [person(300, 290), person(360, 100)] });
    expect(unlike).toHaveLength(2);
  });

  it('keeps to the one size that some weights take', () => {
    const input = { ...card.input, size: 640, multiple: 640 };
    const fixed = { ...card, input, region: { ...card.region, size: 640 } };
    const people = [0, 1, 2, 3, 4, 5].map((i) => person(300 + 60 * i, 100));
    const looks = chooseLooks(fixed, { ...base, budget: { looks: 9, pixels: 1e8 }, people });
    expect(looks.flatMap((look) => look.people)).toHaveLength(6);
    expect(looks.every(({ width, height }) => width === 640 && height === 640)).toBe(true);
  });

  it('keeps to its budget, sees every chosen head whole, and stays in the picture: always', () => {
    fc.assert(
      fc.property(crowd, anyBudget, fc.nat(50), (people, limits, turn) => {
        const looks = chooseLooks(card, { ...base, people, budget: limits, turn });
        expect(looks.length).toBeGreaterThan(0);
        expect(looks.length).toBeLessThanOrEqual(limits.looks);
        const pixels = looks.reduce((sum, look) => sum + look.width * look.height, 0);
        if (looks.length > 1 || looks[0]!.people.length > 1) {
          expect(pixels).toBeLessThanOrEqual(Math.max(limits.pixels, size * size));
        }
        for (const { region, people: seen, width, height } of looks) {
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

  it('is the same for the same request, however the people are ordered', () => {
    fc.assert(
      fc.property(crowd, anyBudget, fc.nat(50), fc.integer(), (people, limits, turn, seed) => {
        const mixed = [...people].sort(
          (a, b) =>
            Math.sin(seed + a.box[0] * 7 + a.box[1]) - Math.sin(seed + b.box[0] * 7 + b.box[1]),
        );
        const request = { ...base, budget: limits, turn };
        expect(chooseLooks(card, { ...request, people: mixed })).toEqual(
          chooseLooks(card, { ...request, people }),
        );
      }),
    );
  });

  it('lets nobody starve, neither those who are due nor a stranger', () => {
    fc.assert(
      fc.property(crowd, anyBudget, (people, limits) => {
        const order = new LookOrder();
        const last = new Map(people.map((one) => [one, -1]));
        const known = people.filter(({ score }) => score >= card.thresholds.person!.trust);
        const strangers = people.length - known.length;
        const rounds = 8 * people.length + 8;
        for (let frame = 0; frame < rounds; frame++) {
          const at = 1000 * frame;
          const names = order.due(
            known.map((_, i) => `T-${i}`),
            at,
          );
          const asked = names.map((name) => known[Number(name.slice(2))]!);
          const looks = chooseLooks(card, {
            ...base,
            people,
            budget: limits,
            turn: frame,
            lookAt: asked.map(({ box }) => box),
            known: known.map(({ box }) => box),
          });
          for (const { person: box, asked: index } of looks.flatMap((look) => look.people)) {
            if (index !== null) order.given(names[index]!, at);
            for (const one of people) if (iou(one.box, box) > 0.3) last.set(one, frame);
          }
        }
        // Everyone had a turn within the last round: a stranger is first in one frame of four.
        const since = rounds - 4 * (known.length + strangers) - 4;
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
