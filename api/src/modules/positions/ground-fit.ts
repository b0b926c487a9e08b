/** A place that is known on the earth (WGS84, degrees) and on the floor plan (metres, x east, y north). */
export interface ReferencePoint {
  readonly latitude: number;
  readonly longitude: number;
  readonly x: number;
  readonly y: number;
}

/** The earth brought to one floor plan. */
export interface GroundFit {
  readonly state: 'fitted';
  /** Degrees to metres of the plan. */
  toPlan(longitude: number, latitude: number): [x: number, y: number];
  /** Root of the mean square of the errors, metres. */
  readonly rms: number;
  /** Metres between each point and its place by the fit, in their order. */
  readonly errors: readonly number[];
  /** Metres of the plan for one metre on the earth: 1, but for errors. */
  readonly scale: number;
  /** By which the plan is turned against north, degrees, counted from east to north. */
  readonly rotation: number;
}

/** Why points give no fit, with the figures that say so. */
export type NoFit =
  | { readonly state: 'few'; readonly missing: number }
  | { readonly state: 'same'; readonly points: readonly [number, number] }
  | { readonly state: 'collinear'; readonly metres: number }
  | { readonly state: 'mirrored' }
  | { readonly state: 'scale'; readonly scale: number }
  | { readonly state: 'residual'; readonly rms: number; readonly worst: number };

/** Points that a fit needs: two fit always, so that a wrong one is not seen. */
export const POINTS_LEAST = 3;
/** Points nearer to each other are one, metres. */
const SAME_METRES = 2;
/** How far points stand beside their common line at least: in metres, and of their extent along it. */
const [LEAST_BESIDE, LEAST_SHARE] = [1, 0.05];
/** A plan is in metres: its scale differs from 1 by the errors of the points alone. */
const MOST_SCALE_ERROR = 0.1;
/** A fit with larger errors is not used, metres RMS. */
export const MOST_RMS = 5;

type Vector = readonly [number, number];

/**
 * Fits the earth to a plan by least squares: shift, rotation and one scale (a similarity, after Umeyama 1991, for two
 * dimensions as complex numbers). Degrees become metres on the plane that touches the WGS84 ellipsoid at the middle of the
 * points; within 5 km of it, that is off by less than 0.1 m.
 */
export function fitGround(points: readonly ReferencePoint[]): GroundFit | NoFit {
  if (points.length < POINTS_LEAST) return { state: 'few', missing: POINTS_LEAST - points.length };
  const middle = {
    latitude: mean(points.map(({ latitude }) => latitude)),
    longitude: meanLongitude(points),
  };
  const earth = points.map(({ longitude, latitude }) => metresFrom(middle, longitude, latitude));
  const plan = points.map(({ x, y }): Vector => [x, y]);
  for (const side of [earth, plan]) {
    const same = closest(side);
    if (same.metres < SAME_METRES) return { state: 'same', points: same.points };
    const { along, beside } = spreadOf(side);
    if (beside < Math.max(LEAST_BESIDE, LEAST_SHARE * along)) {
      return { state: 'collinear', metres: beside };
    }
  }
  const fit = similarity(earth, plan);
  const mirrored = similarity(
    earth.map(([east, north]): Vector => [east, -north]),
    plan,
  );
  if (mirrored.rms < fit.rms / 2 && fit.rms > SAME_METRES) return { state: 'mirrored' };
  if (Math.abs(fit.scale - 1) > MOST_SCALE_ERROR) return { state: 'scale', scale: fit.scale };
  if (fit.rms > MOST_RMS) {
    const worst = fit.errors.indexOf(Math.max(...fit.errors));
    return { state: 'residual', rms: fit.rms, worst };
  }
  return {
    state: 'fitted',
    toPlan: (longitude, latitude) => fit.apply(metresFrom(middle, longitude, latitude)),
    rms: fit.rms,
    errors: fit.errors,
    scale: fit.scale,
    rotation: fit.rotation,
  };
}

function similarity(from: readonly Vector[], to: readonly Vector[]) {
  const [a, b] = [centreOf(from), centreOf(to)];
  let [real, imaginary, square] = [0, 0, 0];
  for (const [i, [px, py]] of from.entries()) {
    const [ux, uy] = [px - a[0], py - a[1]];
    const [vx, vy] = [(to[i] as Vector)[0] - b[0], (to[i] as Vector)[1] - b[1]];
    real += ux * vx + uy * vy;
    imaginary += ux * vy - uy * vx;
    square += ux * ux + uy * uy;
  }
  const [c, s] = [real / square, imaginary / square];
  const apply = ([x, y]: Vector): [number, number] => [
    b[0] + c * (x - a[0]) - s * (y - a[1]),
    b[1] + s * (x - a[0]) + c * (y - a[1]),
  ];
  const errors = from.map((point, i) => distance(apply(point), to[i] as Vector));
  return {
    apply,
    errors,
    rms: Math.sqrt(mean(errors.map((error) => error * error))),
    scale: Math.hypot(c, s),
    rotation: (Math.atan2(s, c) * 180) / Math.PI,
  };
}

/** East and north of the middle, metres, by the radii of curvature of the WGS84 ellipsoid there. */
function metresFrom(
  middle: { latitude: number; longitude: number },
  longitude: number,
  latitude: number,
): Vector {
  const [equator, eccentricity] = [6_378_137, 0.006_694_379_990_14];
  const phi = radians(middle.latitude);
  const w = 1 - eccentricity * Math.sin(phi) ** 2;
  const across = equator / Math.sqrt(w);
  const along = (equator * (1 - eccentricity)) / w ** 1.5;
  return [
    radians(turnTo(longitude - middle.longitude)) * across * Math.cos(phi),
    radians(latitude - middle.latitude) * along,
  ];
}

/** Standard deviations of points along their common line and beside it. */
function spreadOf(points: readonly Vector[]): { along: number; beside: number } {
  const [mx, my] = centreOf(points);
  const xx = mean(points.map(([x]) => (x - mx) ** 2));
  const yy = mean(points.map(([, y]) => (y - my) ** 2));
  const xy = mean(points.map(([x, y]) => (x - mx) * (y - my)));
  const root = Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy);
  const middle = (xx + yy) / 2;
  return { along: Math.sqrt(middle + root), beside: Math.sqrt(Math.max(0, middle - root)) };
}

function closest(points: readonly Vector[]) {
  let found = { metres: Number.POSITIVE_INFINITY, points: [0, 0] as [number, number] };
  for (const [i, one] of points.entries()) {
    for (const [k, other] of points.entries()) {
      if (k <= i) continue;
      const metres = distance(one, other);
      if (metres < found.metres) found = { metres, points: [i, k] };
    }
  }
  return found;
}

/** Also where the points lie on both sides of the line of the date. */
function meanLongitude(points: readonly ReferencePoint[]): number {
  const [first = { longitude: 0 }] = points;
  return first.longitude + mean(points.map((one) => turnTo(one.longitude - first.longitude)));
}

/** A difference of longitudes, the short way round. */
const turnTo = (degrees: number) => ((degrees + 540) % 360) - 180;

const radians = (degrees: number) => (degrees * Math.PI) / 180;
const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const centreOf = (points: readonly Vector[]): Vector => [
  mean(points.map(([x]) => x)),
  mean(points.map(([, y]) => y)),
];
const distance = (a: Vector, b: Vector) => Math.hypot(a[0] - b[0], a[1] - b[1]);
