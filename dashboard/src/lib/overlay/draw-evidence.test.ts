import { expect, it } from 'vitest';
import { drawEvidence, relevantBoxes, standsIn, subjectOf } from './draw-evidence.ts';
import type { Rect } from './geometry.ts';
import { headOf } from './labels.ts';

const box = (label: string, at: number, track: string | null = null) => ({
  label,
  box: [at, 0, at + 10, 30],
  score: 0.9,
  track,
});
const boxes = [box('person', 0, 'w-1'), box('person', 50, 'w-2'), box('head', 2), box('vest', 52)];

it('draws all people, and the equipment of the subject only', () => {
  const subject = subjectOf(boxes, ['w-0', 'w-1']);
  expect(subject).toEqual({ box: [0, 0, 10, 30], label: '#1' });
  const { people, parts } = relevantBoxes(boxes, subject?.box ?? null);
  expect(people).toHaveLength(2);
  expect(parts.map((part) => part.label)).toEqual(['head']);
});

it('draws no parts in a frame without the subject', () => {
  expect(subjectOf(boxes, ['w-9'])).toBeNull();
  expect(relevantBoxes(boxes, null).parts).toEqual([]);
});

it('marks those whose feet are in the zone, and not those whose head is', () => {
  const zone = [
    [0, 100],
    [100, 100],
    [100, 200],
    [0, 200],
  ];
  expect(standsIn([40, 20, 60, 150], zone)).toBe(true);
  expect(standsIn([40, 120, 60, 230], zone)).toBe(false);
  expect(standsIn([140, 20, 160, 150], zone)).toBe(false);
});

/** A canvas that remembers where texts were written, with the plate behind each. */
function recording() {
  const texts: { text: string; plate: Rect }[] = [];
  const ctx = new Proxy(
    {},
    {
      get: (_, name) => {
        if (name === 'measureText') return (text: string) => ({ width: text.length * 7 });
        if (name === 'fillText') {
          return (text: string, x: number, y: number) =>
            texts.push({
              text,
              plate: { x: x - 5, y: y - 8.5, width: text.length * 7 + 10, height: 16 },
            });
        }
        return () => undefined;
      },
      set: () => true,
    },
  ) as CanvasRenderingContext2D;
  return { ctx, texts };
}
const covers = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const picture = { width: 400, height: 300 };
const shown = { x: 0, y: 0, ...picture };
const asRect = ([left = 0, top = 0, right = 0, bottom = 0]: readonly number[]): Rect => ({
  x: left,
  y: top,
  width: right - left,
  height: bottom - top,
});

it('writes the label of the subject where it covers no head of a neighbour', () => {
  const about = { box: [100, 120, 160, 280], label: 'No hard hat' };
  // The neighbour's head is right above the subject, where the label would stand.
  const neighbour = [110, 95, 170, 260];
  const seen = [
    { label: 'person', box: about.box, score: 0.9 },
    { label: 'person', box: neighbour, score: 0.9 },
  ];
  const { ctx, texts } = recording();
  const places = drawEvidence(ctx, seen, about, picture, shown);
  expect(texts.map(({ text }) => text)).toEqual(['No hard hat']);
  const plate = texts[0]?.plate as Rect;
  expect(covers(plate, headOf(asRect(neighbour)))).toBe(false);
  expect(covers(plate, headOf(asRect(about.box)))).toBe(false);
  // It stays where it is while that is possible, though the neighbour left.
  const alone = recording();
  drawEvidence(alone.ctx, seen.slice(0, 1), about, picture, shown, null, places);
  expect(alone.texts[0]?.plate).toEqual(plate);
});

it('writes the name of a zone away from people', () => {
  const zone = {
    outline: [
      [50, 50],
      [350, 50],
      [350, 250],
      [50, 250],
    ],
    label: 'Too near',
  };
  const people = [
    [30, 20, 80, 150],
    [330, 20, 380, 150],
  ];
  const { ctx, texts } = recording();
  drawEvidence(
    ctx,
    people.map((one) => ({ label: 'person', box: one, score: 0.9 })),
    null,
    picture,
    shown,
    zone,
  );
  expect(texts.map(({ text }) => text)).toEqual(['Too near']);
  for (const one of people) expect(covers(texts[0]?.plate as Rect, asRect(one))).toBe(false);
});
