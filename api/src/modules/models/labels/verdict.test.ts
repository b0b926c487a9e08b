import type { Box } from '@anshi/contracts';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawLesson } from './picture.ts';
import { splitOf, weekOf } from './split.ts';
import { type JudgedViolation, type Lesson, lessonOf, overlap } from './verdict.ts';

const person: Box = [400, 200, 500, 500];
const head: Box = [430, 205, 470, 250];
const box = (label: string, at: Box, score = 0.9) => ({ label, box: at, score });
const judged = (changes: Partial<JudgedViolation> = {}): JudgedViolation => ({
  id: 'v',
  rule: 'missing-ppe',
  item: 'helmet',
  camera: 'gate',
  site: 'plant-1',
  tracks: ['t-1'],
  status: 'confirmed',
  reason: null,
  startedAt: new Date('2026-11-25T09:00:00Z'),
  box: person,
  width: 1280,
  height: 720,
  boxes: [box('person', person), box('head', head)],
  ...changes,
});
const lesson = (changes: Partial<JudgedViolation> = {}): Lesson => {
  const found = lessonOf(judged(changes));
  if (typeof found === 'string') throw new Error(`skipped: ${found}`);
  return found;
};

describe('labels from a verdict', () => {
  it('confirmed: the person, and a bare head; no label for the vest', () => {
    const found = lesson({
      boxes: [box('person', person), box('head', head), box('vest', [410, 270, 490, 380])],
    });
    expect(found.set).toBe('helmet');
    expect(found.labels.map(({ label }) => label)).toEqual(['person', 'head']);
    // The region of the detector's crop: head and torso.
    expect(found.crop[3] - found.crop[1]).toBe(225);
    expect(found.crop[1]).toBe(164);
  });

  it('dismissed as worn: the same box has the other class', () => {
    const found = lesson({ status: 'dismissed', reason: 'item-worn' });
    expect(found.labels).toEqual([
      { label: 'person', box: [400, 200, 500, 389] },
      { label: 'helmet', box: head },
    ]);
    const vest = lesson({
      item: 'vest',
      status: 'dismissed',
      reason: 'item-worn',
      boxes: [box('person', person), box('no_vest', [410, 260, 490, 380])],
    });
    expect(vest).toMatchObject({ set: 'vest', labels: [{}, { label: 'vest' }] });
  });

  it('dismissed as no person: no labels', () => {
    const found = lesson({ status: 'dismissed', reason: 'not-a-person' });
    expect(found).toMatchObject({ set: 'person', labels: [], faces: [] });
  });

  it('permitted work was detected correctly; a rule without an item labels the person only', () => {
    const permitted = lesson({ status: 'dismissed', reason: 'allowed-work' });
    expect(permitted.labels.map(({ label }) => label)).toEqual(['person', 'head']);
    const crossing = lesson({ rule: 'line-crossing', item: null });
    expect(crossing).toMatchObject({ set: 'person', labels: [{ label: 'person', box: person }] });
  });

  it.each([
    ['unreviewed', { status: 'pending' }],
    ['duplicate', { status: 'dismissed', reason: 'duplicate' }],
    ['unclear', { status: 'dismissed', reason: 'false-detection' }],
    ['unclear', { status: 'dismissed', reason: 'other' }],
    ['unclear', { rule: 'line-crossing', item: null, status: 'dismissed', reason: 'item-worn' }],
    ['no-box', { boxes: [box('person', person)] }],
    ['no-box', { boxes: [box('person', person), box('head', [430, 400, 470, 450])] }],
    ['small', { box: [400, 200, 412, 235], boxes: [] }],
    [
      'crowded',
      { boxes: [box('person', person), box('head', head), box('person', [450, 200, 550, 500])] },
    ],
    [
      'crowded',
      { boxes: [box('person', person), box('head', head), box('head', [475, 210, 505, 250])] },
    ],
  ] as const)('teaches nothing: %s', (why, changes) => {
    expect(lessonOf(judged(changes as Partial<JudgedViolation>))).toBe(why);
  });

  it('hides unreviewed people, and never the reviewed person', () => {
    const other: Box = [480, 190, 600, 500];
    const { paintOut } = lesson({
      boxes: [
        box('person', person),
        box('head', head),
        box('person', other),
        box('helmet', [560, 195, 590, 230]),
      ],
    });
    expect(paintOut).toEqual([other, [560, 195, 590, 230]]);
  });

  it('labels boxes inside the crop, for any detections', () => {
    const side = fc.integer({ min: 0, max: 1280 });
    const any = fc.tuple(side, side, side, side).map(([a, b, c, d]): Box => {
      const [left, right] = [Math.min(a, c), Math.max(a, c) + 1];
      const [top, bottom] = [Math.min(b, d) / 2, Math.max(b, d) / 2 + 1];
      return [left, Math.floor(top), right, Math.floor(bottom) + 1];
    });
    const boxes = fc.array(
      fc.tuple(fc.constantFrom('person', 'head', 'helmet', 'vest', 'no_vest'), any),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(any, boxes, fc.constantFrom('helmet', 'vest', 'mask', null), (at, list, item) => {
        const found = lessonOf(
          judged({ item, box: at, boxes: list.map(([label, one]) => box(label, one)) }),
        );
        if (typeof found === 'string') return;
        const [left, top, right, bottom] = found.crop;
        expect(left).toBeGreaterThanOrEqual(0);
        expect(right).toBeLessThanOrEqual(1280);
        expect(bottom).toBeLessThanOrEqual(720);
        for (const label of found.labels) {
          expect(label.box[0]).toBeGreaterThanOrEqual(left);
          expect(label.box[1]).toBeGreaterThanOrEqual(top);
          expect(label.box[2]).toBeLessThanOrEqual(right);
          expect(label.box[3]).toBeLessThanOrEqual(bottom);
        }
        for (const painted of found.paintOut)
          expect(overlap(painted, found.person)).toBeLessThan(0.5);
      }),
    );
  });
});

describe('a training picture', () => {
  /** Fine stripes, which any coarsening destroys. */
  const striped = () => {
    const pixels = Buffer.alloc(1280 * 720 * 3);
    for (let i = 0; i < 1280 * 720; i++) pixels.fill(i % 2 === 0 ? 40 : 220, i * 3, i * 3 + 3);
    return sharp(pixels, { raw: { width: 1280, height: 720, channels: 3 } })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
  };
  const contrast = async (
    jpeg: Buffer,
    at: { left: number; top: number; width: number; height: number },
  ) => {
    const { channels } = await sharp(await sharp(jpeg).extract(at).toBuffer()).stats();
    return channels[0]?.stdev ?? 0;
  };

  it('has a pixelated face, and keeps the helmet and the rest', async () => {
    const helmet: Box = [430, 200, 470, 232];
    const found = lesson({
      status: 'dismissed',
      reason: 'item-worn',
      boxes: [box('person', person), box('head', helmet, 0.5), box('helmet', helmet, 0.9)],
    });
    const { jpeg, labels } = await drawLesson(await striped(), found, judged(), {
      blurFaces: true,
    });
    const [left, top] = found.crop;
    // Below the helmet is a face.
    const face = { left: 435 - left, top: 236 - top, width: 30, height: 12 };
    expect(await contrast(jpeg, face)).toBeLessThan(12);
    expect(
      await contrast(jpeg, { left: 432 - left, top: 202 - top, width: 36, height: 18 }),
    ).toBeGreaterThan(60);
    expect(
      await contrast(jpeg, { left: 420 - left, top: 300 - top, width: 60, height: 60 }),
    ).toBeGreaterThan(60);
    expect(labels.map(({ label }) => label)).toEqual(['person', 'helmet']);
  });

  it('says where the whole person is, also where the crop and the picture cut the body', async () => {
    const atEdge: Box = [-20, 500, 80, 800];
    const found = lesson({
      box: atEdge,
      boxes: [box('person', atEdge), box('head', [10, 505, 50, 550])],
    });
    expect(found.state).toEqual({ item: 'helmet', is: 'missing' });
    const { person: drawn } = await drawLesson(await striped(), found, judged(), {
      blurFaces: true,
    });
    const [left, top, right, bottom] = found.crop;
    const whole = drawn.map((side, i) =>
      Math.round(i % 2 === 0 ? left + side * (right - left) : top + side * (bottom - top)),
    );
    expect(whole).toEqual(atEdge);
  });

  it('pixelates the face under a helmet that is drawn as a whole head, and not the chest', async () => {
    const found = lesson({
      item: 'vest',
      boxes: [
        box('person', person),
        box('no_vest', [405, 260, 495, 380]),
        box('helmet', [430, 200, 470, 250]),
      ],
    });
    const { jpeg } = await drawLesson(await striped(), found, judged(), { blurFaces: true });
    const [left, top] = found.crop;
    const at = (y: number, height: number) =>
      contrast(jpeg, { left: 434 - left, top: y - top, width: 32, height });
    expect(await at(225, 24)).toBeLessThan(12);
    expect(await at(202, 18)).toBeGreaterThan(60);
    expect(await at(262, 40)).toBeGreaterThan(60);
  });

  it('pixelates the face of a person in front of the reviewed person, too', async () => {
    const other: Box = [450, 330, 500, 420];
    const othersHead: Box = [460, 332, 490, 372];
    for (const boxes of [
      [box('person', other), box('head', othersHead)],
      // If one of the two was not detected, the other one counts.
      [box('head', othersHead)],
      [box('person', [460, 340, 500, 480])],
    ]) {
      const found = lesson({ boxes: [box('person', person), box('head', head), ...boxes] });
      const { jpeg } = await drawLesson(await striped(), found, judged(), { blurFaces: true });
      const [left, top] = found.crop;
      const face = { left: 472 - left, top: 350 - top, width: 14, height: 12 };
      expect(await contrast(jpeg, face)).toBeLessThan(12);
      // The reviewed head is unchanged.
      expect(
        await contrast(jpeg, { left: 432 - left, top: 206 - top, width: 36, height: 8 }),
      ).toBeGreaterThan(60);
    }
  });

  it('paints other people grey, but not over the reviewed person', async () => {
    const other: Box = [480, 190, 600, 500];
    const found = lesson({
      boxes: [box('person', person), box('head', head), box('person', other)],
    });
    const { jpeg } = await drawLesson(await striped(), found, judged(), { blurFaces: false });
    const [left, top] = found.crop;
    const outside = { left: 504 - left, top: 220 - top, width: 40, height: 100 };
    expect(await contrast(jpeg, outside)).toBeLessThan(12);
    const { channels } = await sharp(await sharp(jpeg).extract(outside).toBuffer()).stats();
    expect(channels[0]?.mean).toBeCloseTo(114, -1);
    expect(
      await contrast(jpeg, { left: 481 - left, top: 220 - top, width: 17, height: 100 }),
    ).toBeGreaterThan(60);
  });
});

describe('the split', () => {
  const at = (text: string) => new Date(text);
  const placed = fc
    .array(
      fc.record({
        camera: fc.constantFrom('a', 'b', 'c'),
        minutes: fc.integer({ min: 0, max: 60 * 24 * 60 }),
      }),
      { maxLength: 200 },
    )
    .map((list) =>
      list.map(({ camera, minutes }, i) => ({
        id: `v${i}`,
        camera,
        startedAt: new Date(Date.UTC(2026, 0, 1) + minutes * 60_000),
      })),
    );

  it('never divides a scene, and does not depend on the order', () => {
    fc.assert(
      fc.property(placed, (list) => {
        const split = splitOf(list);
        expect([...splitOf([...list].reverse())].sort()).toEqual([...split].sort());
        for (const one of list) {
          for (const other of list) {
            const apart = Math.abs(one.startedAt.getTime() - other.startedAt.getTime());
            if (one.camera === other.camera && apart <= 15 * 60_000) {
              expect(split.get(one.id)).toBe(split.get(other.id));
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is by camera and week: about one in five is for validation', () => {
    const list = Array.from({ length: 500 }, (_, week) => ({
      id: `v${week}`,
      camera: 'gate',
      startedAt: new Date(Date.UTC(2026, 0, 7) + week * 7 * 86_400_000),
    }));
    const val = [...splitOf(list).values()].filter((side) => side === 'val').length;
    expect(val).toBeGreaterThan(70);
    expect(val).toBeLessThan(130);
    expect(weekOf(at('2026-11-25T09:00:00Z'))).toBe('2026-W48');
  });

  it('keeps a scene together over midnight on Sunday', () => {
    const list = ['23:55', '23:59'].map((time, i) => ({
      id: `s${i}`,
      camera: 'gate',
      startedAt: at(`2026-11-29T${time}:00Z`),
    }));
    const monday = { id: 'm', camera: 'gate', startedAt: at('2026-11-30T00:05:00Z') };
    const split = splitOf([...list, monday]);
    expect(split.get('m')).toBe(split.get('s0'));
  });
});
