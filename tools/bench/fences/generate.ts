import { depthIn, type Point } from '../../../api/src/modules/fences/geometry.ts';
import type { FenceData, FenceFix } from './data.ts';

/** What is alike in a cell of the bench. */
export interface FenceCell {
  /** Standard deviation along an axis, metres. */
  sigma: number;
  /** Fixes a second. */
  rate: number;
  badges: number;
  minutes: number;
  seed: number;
}

type Random = () => number;
/** mulberry32: small, and the same everywhere. */
const randomOf = (seed: number): Random => {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};
const gaussian = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const within = (random: Random, low: number, high: number) => low + (high - low) * random();

const HALL: Point = [60, 40];
const PLAN = 'hall';
const BEGIN = Date.UTC(2026, 10, 2);
const rectangle = (x: number, y: number, w: number, h: number): [number, number][] => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
];
const areas = [
  { id: 'store', floorPlan: PLAN, polygon: rectangle(8, 8, 8, 6) },
  { id: 'cell', floorPlan: PLAN, polygon: rectangle(30, 22, 6, 6) },
  {
    id: 'press',
    floorPlan: PLAN,
    polygon: [
      [44, 6],
      [56, 6],
      [56, 18],
      [51, 18],
      [51, 11],
      [44, 11],
    ] as [number, number][],
  },
];
const fences: FenceData['fences'] = [
  ...areas.map(({ id }) => ({
    id: `entry-${id}`,
    area: id,
    kind: 'entry' as const,
    dwellSeconds: 3,
    holdSeconds: 15,
  })),
  { id: 'stay-store', area: 'store', kind: 'stay', dwellSeconds: 60, holdSeconds: 15 },
];

/** People who walk, stand beside borders, enter, and who guard the store and leave it; 10 times a second. */
export function generateFences(cell: FenceCell): FenceData {
  const data: FenceData = { areas, fences, bindings: [], rights: [], fixes: [], truth: [] };
  for (let n = 0; n < cell.badges; n++) {
    const random = randomOf(cell.seed * 10_007 + n);
    const badge = `badge-${n}`;
    const person = `person-${n}`;
    data.bindings.push({ badge, person, from: 0, until: null });
    const isGuard = n % 5 === 0;
    const way = isGuard ? guardOf(random, cell) : wayOf(random, cell);
    for (const fence of fences) {
      const isStay = fence.kind === 'stay';
      const isOwn = isGuard && fence.area === 'store';
      // In an area for which the right ends in the middle of the time.
      const ends = !isStay && !isOwn && n % 5 === 1;
      const half = BEGIN + cell.minutes * 30_000;
      const rights = isStay
        ? [{ from: 0, allowed: !isOwn }]
        : ends
          ? [
              { from: 0, allowed: true },
              { from: half, allowed: false },
            ]
          : [{ from: 0, allowed: isOwn }];
      data.rights.push(...rights.map((one) => ({ fence: fence.id, person, ...one })));
      const since = ends ? half : BEGIN;
      const polygon = areas.find(({ id }) => id === fence.area)?.polygon ?? [];
      if (rights.at(-1)?.allowed) continue;
      for (const [from, until] of staysOf(way, polygon, isStay, fence.holdSeconds * 1000)) {
        const begin = Math.max(from, since);
        // A fix more or less decides about one that is as long as the dwell, nearly.
        if (until - begin < (fence.dwellSeconds - 2 / cell.rate) * 1000) continue;
        const clear = isClear(way, polygon, isStay, begin, until, fence.dwellSeconds, cell);
        data.truth.push({ fence: fence.id, badge, from: begin, until, clear });
      }
    }
    data.fixes.push(...fixesOf(random, cell, badge, way));
  }
  return data;
}

const STEP_MS = 100;

/** From place to place at walking speed: [point, seconds to stand there]. */
function walk(random: Random, minutes: number, next: () => [Point, number]): Point[] {
  const way: Point[] = [];
  let [x, y] = [within(random, 20, 28), within(random, 2, 38)];
  const steps = minutes * 60 * 10;
  while (way.length < steps) {
    const [[tx, ty], seconds] = next();
    const speed = within(random, 0.8, 1.6);
    const count = Math.ceil((Math.hypot(tx - x, ty - y) / speed) * 10);
    const [fx, fy] = [x, y];
    for (let i = 1; i <= count; i++) {
      way.push([fx + ((tx - fx) * i) / count, fy + ((ty - fy) * i) / count]);
    }
    [x, y] = [tx, ty];
    for (let i = 0; i < seconds * 10; i++) way.push([x, y]);
  }
  return way.slice(0, steps);
}

const wayOf = (random: Random, { minutes, sigma }: FenceCell) =>
  walk(random, minutes, () => {
    const area = areas[Math.floor(random() * areas.length)] ?? areas[0]!;
    const place = (low: number, high: number): Point => {
      for (;;) {
        const point: Point = [within(random, 1, HALL[0] - 1), within(random, 1, HALL[1] - 1)];
        const depth = depthIn(area.polygon, point);
        const others = areas.every((one) => one === area || depthIn(one.polygon, point) < -2);
        if (depth >= low && depth <= high && others) return point;
      }
    };
    const chance = random();
    // Beside the border, as far as its fixes can say so; inside; anywhere.
    if (chance < 0.2) return [place(-2.5 - 2 * sigma, -0.5 - sigma), within(random, 20, 120)];
    if (chance < 0.4) return [place(1, 99), within(random, 15, 120)];
    return [place(-99, -2), within(random, 0, 90)];
  });

/** In the store most of the time, away now and then. */
const guardOf = (random: Random, { minutes }: FenceCell) => {
  let inside = false;
  return walk(random, minutes, () => {
    inside = !inside;
    const seconds = within(random, 60, 240);
    if (!inside && random() < 0.5) inside = true;
    return inside
      ? [[within(random, 10, 14), within(random, 9.8, 12.2)], seconds]
      : [[within(random, 20, 28), within(random, 4, 20)], seconds];
  });
};

/** The stays on a side, those apart by less than the hold joined. */
function staysOf(
  way: readonly Point[],
  polygon: readonly Point[],
  isOutside: boolean,
  holdMs: number,
): [number, number][] {
  const stays: [number, number][] = [];
  let arrived = !isOutside;
  way.forEach((point, i) => {
    const isInside = depthIn(polygon, point) >= 0;
    arrived ||= isInside;
    if (!arrived || isInside === isOutside) return;
    const at = BEGIN + i * STEP_MS;
    const last = stays.at(-1);
    if (last && at - last[1] <= holdMs) last[1] = at;
    else stays.push([at, at]);
  });
  return stays;
}

/**
 * Whether fixes of such an error and rate can tell the stay: deeper than the error for the dwell, and long enough for two
 * fixes.
 */
function isClear(
  way: readonly Point[],
  polygon: readonly Point[],
  isOutside: boolean,
  from: number,
  until: number,
  dwellSeconds: number,
  { sigma, rate }: FenceCell,
): boolean {
  if (until - from < (dwellSeconds + 2 / rate) * 1000) return false;
  let deep = 0;
  for (let at = from; at <= until; at += STEP_MS) {
    const depth = depthIn(polygon, way[Math.round((at - BEGIN) / STEP_MS)] ?? [0, 0]);
    if ((isOutside ? -depth : depth) >= 0.3 + sigma) deep += STEP_MS;
  }
  return deep >= Math.max(dwellSeconds, 2 / rate) * 1000;
}

/** Biased for seconds, with heavy tails; some are missing, late, or wait for a connection. */
function fixesOf(
  random: Random,
  { sigma, rate }: FenceCell,
  badge: string,
  way: readonly Point[],
): FenceFix[] {
  const fixes: FenceFix[] = [];
  let bias: Point = [0, 0];
  let biasUntil = 0;
  let away = { from: within(random, 60, 900), until: 0, keeps: false };
  away.until = away.from + within(random, 10, 40);
  for (let second = random() / rate; second < way.length / 10; second += 1 / rate) {
    const truth = way[Math.floor(second * 10)];
    if (!truth) break;
    if (second >= biasUntil) {
      bias = [0.7 * sigma * gaussian(random), 0.7 * sigma * gaussian(random)];
      biasUntil = second + within(random, 5, 20);
    }
    if (second > away.until) {
      const from = second + within(random, 300, 1_200);
      away = { from, until: from + within(random, 10, 40), keeps: random() < 0.5 };
    }
    const isAway = second >= away.from && second < away.until;
    if (random() < 0.1 || (isAway && !away.keeps)) continue;
    const spread = (random() < 0.03 ? 4 : 0.65) * sigma;
    const at = BEGIN + Math.round(second * 1000);
    const usual = within(random, 50, 400);
    const late = random() < 0.02 ? within(random, 2_000, 60_000) : usual;
    fixes.push({
      badge,
      at,
      receivedAt: Math.round(isAway ? BEGIN + away.until * 1000 + usual : at + late),
      source: PLAN,
      floorPlan: PLAN,
      x: truth[0] + bias[0] + spread * gaussian(random),
      y: truth[1] + bias[1] + spread * gaussian(random),
      radius: 2.45 * sigma,
      technique: 'uwb',
    });
  }
  return fixes;
}
