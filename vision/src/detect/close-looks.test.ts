import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { chooseCloseLooks, mergeLooks, upperBody } from './close-looks.ts';
import { loadPpeCard } from './model-card.ts';

const card = loadPpeCard(join(import.meta.dirname, '../../../models/ppe'));
const person = (x: number, height: number, score = 0.8) => ({
  label: 'person',
  score,
  box: [x, 200, x + height / 3, 200 + height] as Box,
});
const base = { width: 1280, height: 720, scale: 0.4, budget: 4, sequence: 0 };

describe('chooseCloseLooks', () => {
  it('looks at people too small for the full pass, not at the near or the tiny', () => {
    const people = [person(100, 120), person(300, 450), person(600, 30), person(700, 120, 0.1)];
    const looks = chooseCloseLooks(card, { ...base, people });
    expect(looks.map((look) => look.person[0])).toEqual([100]);
  });

  it('serves everyone in turn where there are more than the budget', () => {
    const people = [0, 1, 2, 3, 4].map((i) => person(100 * i, 100));
    const counts = new Map<number, number>();
    for (let sequence = 0; sequence < 25; sequence++) {
      const looks = chooseCloseLooks(card, { ...base, people, budget: 2, sequence });
      expect(looks).toHaveLength(2);
      for (const look of looks) counts.set(look.person[0], (counts.get(look.person[0]) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual([10, 10, 10, 10, 10]);
  });

  it('takes those that are due first, and nobody else', () => {
    const people = [person(100, 100), person(300, 100), person(500, 100)];
    const lookAt: Box[] = [
      [502, 202, 536, 300],
      [900, 200, 930, 300],
      [101, 200, 135, 300],
    ];
    const looks = chooseCloseLooks(card, { ...base, people, lookAt });
    expect(looks.map((look) => look.person[0])).toEqual([500, 100]);
    expect(chooseCloseLooks(card, { ...base, people, lookAt, budget: 1 })).toHaveLength(1);
    expect(chooseCloseLooks(card, { ...base, people, lookAt: [] })).toEqual([]);
  });

  it('keeps the square inside the picture', () => {
    const region = upperBody(card, [1250, -10, 1290, 100], 1280, 720);
    expect(region.left + region.width).toBeLessThanOrEqual(1280);
    expect(region.top).toBe(0);
    expect(region.width).toBeCloseTo(110 * card.region.side, 5);
  });
});

describe('mergeLooks', () => {
  const look = {
    person: [100, 100, 140, 220] as Box,
    region: { left: 80, top: 90, width: 90, height: 90 },
  };
  const part = (label: string, score: number, ...box: Box) => ({ label, score, box });

  it('prefers what the close look saw to what the full pass guessed', () => {
    const full = [part('person', 0.9, 100, 100, 140, 220), part('helmet', 0.6, 112, 102, 126, 114)];
    const close = [part('head', 0.5, 112, 103, 126, 116), part('person', 0.5, 90, 95, 150, 180)];
    const merged = mergeLooks(card, full, [{ look, detections: close }], 1280, 720);
    expect(merged.map(({ label }) => label)).toEqual(['person', 'head']);
  });

  it('leaves out what it cuts off at its edge, and doubles of two looks', () => {
    const neighbour = part('head', 0.7, 79, 110, 92, 124);
    const head = part('head', 0.5, 112, 103, 126, 116);
    const again = { ...head, score: 0.45 };
    const merged = mergeLooks(
      card,
      [],
      [
        { look, detections: [neighbour, head] },
        { look: { ...look, region: { ...look.region, left: 85 } }, detections: [again] },
      ],
      1280,
      720,
    );
    expect(merged).toEqual([head]);
  });

  it('keeps the parts of people that nobody looked at', () => {
    const far = part('vest', 0.4, 500, 100, 520, 130);
    expect(mergeLooks(card, [far], [{ look, detections: [] }], 1280, 720)).toEqual([far]);
  });
});
