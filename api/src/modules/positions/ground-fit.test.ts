import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitGround, type ReferencePoint } from './ground-fit.ts';

/** Corners of a yard near Changzhou: a plan that is turned by `degrees`, at this place. */
function yard(degrees: number, corners: [number, number][], scale = 1): ReferencePoint[] {
  const [latitude, longitude] = [31.8107, 119.9741];
  // Metres of a degree there, by the series of the WGS84 ellipsoid (NGA.STND.0036).
  const phi = (latitude * Math.PI) / 180;
  const north = 111_132.92 - 559.82 * Math.cos(2 * phi) + 1.175 * Math.cos(4 * phi);
  const east = 111_412.84 * Math.cos(phi) - 93.5 * Math.cos(3 * phi) + 0.118 * Math.cos(5 * phi);
  const a = (degrees * Math.PI) / 180;
  return corners.map(([x, y]) => ({
    x: x * scale,
    y: y * scale,
    longitude: longitude + (Math.cos(a) * x - Math.sin(a) * y) / east,
    latitude: latitude + (Math.sin(a) * x + Math.cos(a) * y) / north,
  }));
}
const corners: [number, number][] = [
  [0, 0],
  [120, 0],
  [120, 80],
  [0, 80],
];
const stateOf = (points: ReferencePoint[]) => fitGround(points).state;

describe('reference points of a plan', () => {
  it('bring a place on the earth to the plan, however the plan is turned', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.double({ min: -50, max: 200, noNaN: true }),
        fc.double({ min: -50, max: 200, noNaN: true }),
        (degrees, x, y) => {
          const fit = fitGround(yard(degrees, corners.slice(0, 3)));
          if (fit.state !== 'fitted') throw new Error(fit.state);
          const [place] = yard(degrees, [[x, y]]) as [ReferencePoint];
          const [px, py] = fit.toPlan(place.longitude, place.latitude);
          expect(Math.hypot(px - x, py - y)).toBeLessThan(0.02);
          expect(fit.rms).toBeLessThan(0.02);
          expect(fit.scale).toBeCloseTo(1, 3);
        },
      ),
    );
  });

  it('say by how much they contradict each other', () => {
    const points = yard(10, corners);
    const off = points.map((one, i) => (i === 2 ? { ...one, x: one.x + 4 } : one));
    const fit = fitGround(off);
    if (fit.state !== 'fitted') throw new Error(fit.state);
    expect(fit.rms).toBeGreaterThan(1);
    expect(fit.errors.indexOf(Math.max(...fit.errors))).toBe(2);
    const far = points.map((one, i) => (i === 1 ? { ...one, y: one.y + 30 } : one));
    expect(fitGround(far)).toMatchObject({ state: 'residual', worst: 1 });
  });

  it('are refused where they cannot be checked', () => {
    expect(fitGround(yard(0, corners.slice(0, 2)))).toEqual({ state: 'few', missing: 1 });
    const line: [number, number][] = [
      [0, 0],
      [50, 0.2],
      [100, 0],
    ];
    expect(stateOf(yard(30, line))).toBe('collinear');
    const same = yard(0, [...corners.slice(0, 2), [120, 0.5]]);
    expect(fitGround(same)).toEqual({ state: 'same', points: [1, 2] });
    const mirrored = yard(0, corners).map((one) => ({ ...one, y: 80 - one.y }));
    expect(stateOf(mirrored)).toBe('mirrored');
    expect(stateOf(yard(0, corners, 3.28))).toBe('scale');
  });

  it('work across the line of the date', () => {
    const points = yard(0, corners).map((one) => ({ ...one, longitude: one.longitude + 60.0253 }));
    const moved = points.map((one) => ({
      ...one,
      longitude: one.longitude > 180 ? one.longitude - 360 : one.longitude,
    }));
    const fit = fitGround(moved);
    expect(fit.state).toBe('fitted');
  });
});
