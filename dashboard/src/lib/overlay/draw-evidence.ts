import type { DetectedBox } from '@anshi/contracts';
import { shortId } from '$lib/format/short-id.ts';
import { drawFrame, drawLabel, drawOutline, filmColours, nameSize } from './draw.ts';
import { mapBox, mapPoint, type Rect, type Size } from './geometry.ts';
import { type Places, placeLabels } from './labels.ts';

/** A box in the API's form: tuples have become arrays. */
export type EvidenceBox = Omit<DetectedBox, 'box'> & { box: readonly number[] };

const person = 'person';

/** Labels of parts: `no_vest`, `head` … are missing items; an item's own word is a worn one. */
function partColour(label: string): string {
  return /^no_|^head$/.test(label) ? filmColours.violation : filmColours.compliant;
}

/** Whether the centre of a box is inside another. */
export function isInside(inner: readonly number[], outer: readonly number[]): boolean {
  const x = ((inner[0] ?? 0) + (inner[2] ?? 0)) / 2;
  const y = ((inner[1] ?? 0) + (inner[3] ?? 0)) / 2;
  const [left = 0, top = 0, right = 0, bottom = 0] = outer;
  return x >= left && x <= right && y >= top && y <= bottom;
}

/**
 * The boxes for a reviewer: every person, and the helmets, heads and vests of the violation's
 * subject. Those of others would only cover the picture.
 */
export function relevantBoxes<Box extends EvidenceBox>(
  boxes: readonly Box[],
  about: readonly number[] | null,
): { people: Box[]; parts: Box[] } {
  return {
    people: boxes.filter((box) => box.label === person),
    parts: boxes.filter(
      (box) => box.label !== person && about !== null && isInside(box.box, about),
    ),
  };
}

function drawPart(
  ctx: CanvasRenderingContext2D,
  box: EvidenceBox,
  picture: Size,
  shown: Rect,
): void {
  const r = mapBox(box.box, picture, shown);
  ctx.save();
  ctx.strokeStyle = partColour(box.label);
  ctx.lineWidth = 1.5;
  ctx.strokeRect(r.x, r.y, r.width, r.height);
  ctx.restore();
}

/** Whether the foot point of a box, the middle of its lower edge, is inside an outline (even-odd rule). */
export function standsIn(
  [left = 0, , right = 0, bottom = 0]: readonly number[],
  outline: readonly (readonly number[])[],
): boolean {
  const x = (left + right) / 2;
  let inside = false;
  outline.forEach(([xi = 0, yi = 0], i) => {
    const [xj = 0, yj = 0] = outline[(i + outline.length - 1) % outline.length] ?? [];
    if (yi > bottom !== yj > bottom && x < ((xj - xi) * (bottom - yi)) / (yj - yi) + xi) {
      inside = !inside;
    }
  });
  return inside;
}

/** What a violation of a zone or a machine is about: its outline in picture pixels, and a label. */
export interface EvidenceZone {
  outline: readonly (readonly number[])[];
  label: string;
}

/**
 * Draws the people, the parts of the violation's subject, and the subject's box with a label. Where it is about a zone, its
 * outline, with the people in it marked. Labels cover neither a head nor each other; where there is no such place, the frame alone
 * marks it.
 *
 * @param before the places of the labels in the frame before.
 * @returns the places for the next frame.
 */
export function drawEvidence(
  ctx: CanvasRenderingContext2D,
  boxes: readonly EvidenceBox[],
  about: { box: readonly number[]; label: string } | null,
  picture: Size,
  shown: Rect,
  zone: EvidenceZone | null = null,
  before: Places = new Map(),
): Places {
  if (zone) drawOutline(ctx, zone.outline, picture, shown);
  const { people, parts } = relevantBoxes(boxes, about?.box ?? null);
  const others = people.filter(({ box }) => !isSameBox(box, about?.box));
  for (const { box } of others) {
    const isIn = zone !== null && standsIn(box, zone.outline);
    const colour = isIn ? filmColours.violation : filmColours.unknown;
    drawFrame(ctx, mapBox(box, picture, shown), colour, isIn);
  }
  for (const box of parts) drawPart(ctx, box, picture, shown);
  if (about) drawFrame(ctx, mapBox(about.box, picture, shown), filmColours.violation, true);
  return drawLabels(ctx, { others, about, zone }, picture, shown, before);
}

const isSameBox = (box: readonly number[], other: readonly number[] | undefined): boolean =>
  other !== undefined && box.every((value, i) => Math.abs(value - (other[i] ?? 0)) < 2);

const NO_LABEL: Size = { width: 0, height: 0 };
const SUBJECT = 'subject';
const ZONE = 'zone';
/** Where a label's text stands, below its upper edge. */
const BASE = 16;

function drawLabels(
  ctx: CanvasRenderingContext2D,
  of: {
    others: readonly EvidenceBox[];
    about: { box: readonly number[]; label: string } | null;
    zone: EvidenceZone | null;
  },
  picture: Size,
  shown: Rect,
  before: Places,
): Places {
  const { others, about, zone } = of;
  const texts = new Map<string, string>();
  // Others have no label, and heads that none may cover.
  const people = others.map(({ box }, n) => ({
    key: `other:${n}`,
    box: mapBox(box, picture, shown),
    label: NO_LABEL,
    weight: 0,
  }));
  if (about) {
    texts.set(SUBJECT, about.label);
    const box = mapBox(about.box, picture, shown);
    people.push({ key: SUBJECT, box, label: nameSize(ctx, about.label), weight: 1 });
  }
  const zones = zone
    ? [
        {
          key: ZONE,
          outline: zone.outline.map((point) => mapPoint(point, picture, shown)),
          label: nameSize(ctx, zone.label),
        },
      ]
    : [];
  if (zone) texts.set(ZONE, zone.label);
  const { labels, places } = placeLabels(people, zones, shown, before);
  for (const { key, x, y } of labels) {
    const text = texts.get(key);
    if (text !== undefined) drawLabel(ctx, text, x, y + BASE, filmColours.violation);
  }
  return new Map([...places].filter(([key]) => texts.has(key)));
}

/** The box of a clip's subject in one frame, labelled with its track; the newest of its tracks. */
export function subjectOf(
  boxes: readonly (EvidenceBox & { track: string | null })[],
  tracks: readonly string[],
): { box: readonly number[]; label: string } | null {
  const own = boxes.filter(
    (box) => box.label === person && box.track !== null && tracks.includes(box.track),
  );
  const newest = own.sort(
    (a, b) => tracks.indexOf(b.track ?? '') - tracks.indexOf(a.track ?? ''),
  )[0];
  return newest ? { box: newest.box, label: `#${shortId(newest.track ?? '')}` } : null;
}
