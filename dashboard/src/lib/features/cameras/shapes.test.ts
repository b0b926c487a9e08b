import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginDraft, redo, take, undo } from './draft.ts';
import {
  addLine,
  addMask,
  addZone,
  crossingArrow,
  inside,
  movePoint,
  removePoint,
  removeShape,
  type Shapes,
  type Spot,
  splitEdge,
  spotOf,
  turnLine,
} from './shapes.ts';

const PICTURE = [1280, 720];
const empty: Shapes = { zones: [], lines: [], masks: [] };
const one = addLine(addZone(empty, PICTURE), PICTURE);
const first = { shape: 'zone', id: 'zone-1', point: 0 } as const;

describe('shapes on a picture', () => {
  it('are added with ids that are free, and removed', () => {
    const two = addZone(one, PICTURE);
    expect(two.zones.map(({ id }) => id)).toEqual(['zone-1', 'zone-2']);
    const left = removeShape(two, { shape: 'zone', id: 'zone-1' });
    expect(addZone(left, PICTURE).zones.map(({ id }) => id)).toEqual(['zone-2', 'zone-3']);
    expect(removeShape(left, { shape: 'line', id: 'line-1' }).lines).toEqual([]);
  });

  it('are masks, too, whose outlines change and which are removed like zones', () => {
    const masked = addMask(addMask(one, PICTURE), PICTURE);
    const corner = { shape: 'mask', id: 'mask-1', point: 0 } as const;
    const moved = movePoint(masked, corner, [7, 8]);
    expect(spotOf(moved, corner)).toEqual([7, 8]);
    expect(moved.zones).toBe(masked.zones);
    expect(moved.masks[1]).toBe(masked.masks[1]);
    const split = splitEdge(moved, corner);
    expect(split.masks[0]?.polygon).toHaveLength(5);
    expect(removePoint(split, corner).masks[0]?.polygon).toHaveLength(4);
    expect(removeShape(split, corner).masks.map(({ id }) => id)).toEqual(['mask-2']);
  });

  it('have points that are moved, added on an edge and removed down to three', () => {
    const moved = movePoint(one, first, [5, 6]);
    expect(spotOf(moved, first)).toEqual([5, 6]);
    expect(spotOf(one, first)).not.toEqual([5, 6]);
    const split = splitEdge(moved, first);
    expect(split.zones[0]?.polygon).toHaveLength(5);
    expect(spotOf(split, { ...first, point: 1 })).toEqual([419, 147]);
    let few = split;
    for (let n = 0; n < 9; n++) few = removePoint(few, first);
    expect(few.zones[0]?.polygon).toHaveLength(3);
    const line = { shape: 'line', id: 'line-1', point: 1 } as const;
    expect(movePoint(one, line, [9, 9]).lines[0]).toMatchObject({ to: [9, 9] });
  });

  it('stay inside the picture, on whole pixels', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (x, y) => {
        const [px, py] = inside([x, y], PICTURE);
        expect(px >= 0 && px <= 1280 && py >= 0 && py <= 720).toBe(true);
        expect(Number.isInteger(px) && Number.isInteger(py)).toBe(true);
      }),
    );
  });

  it('show a crossing from the left to the right of who looks along the line', () => {
    const line = { id: 'l', name: { zh: '', en: '' }, from: [0, 100] as Spot, to: [0, 0] as Spot };
    // Looking up in the picture, right is to the right.
    expect(crossingArrow(line, 20)).toEqual([
      [-10, 50],
      [10, 50],
    ]);
    const turned = turnLine({ zones: [], lines: [line], masks: [] }, 'l').lines[0]!;
    expect(crossingArrow(turned, 20)[1][0]).toBe(-10);
  });
});

describe('a draft', () => {
  it('is taken back step by step and forward again; the moves of one drag are one step', () => {
    let draft = beginDraft(one);
    draft = take(draft, movePoint(one, first, [1, 1]));
    draft = take(draft, movePoint(one, first, [2, 2]), true);
    draft = take(draft, addZone(draft.now, PICTURE));
    expect(take(draft, draft.now)).toBe(draft);
    draft = undo(draft);
    expect(spotOf(draft.now, first)).toEqual([2, 2]);
    draft = undo(draft);
    expect(draft.now).toBe(one);
    expect(undo(draft).now).toBe(one);
    draft = redo(redo(draft));
    expect(draft.now.zones).toHaveLength(2);
    expect(redo(draft).now).toBe(draft.now);
    expect(take(undo(draft), empty).future).toEqual([]);
  });
});
