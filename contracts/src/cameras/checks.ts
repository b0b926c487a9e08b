import { hasQuadrilateral, signedArea } from '../geometry/general-position.ts';
import type { Point } from '../primitives.ts';
import { type ArmedWhen, armedOf } from './armed.ts';
import type { CameraConfig, CamerasFile } from './schema.ts';
import { addressProblems } from './url.ts';

/** What a record whose place no camera sees has in the place of a camera: no camera may be called so. */
export const NO_CAMERA = 'no-camera';

/** A semantic error that the schema does not detect. */
export interface Finding {
  /** The path: keys and indexes from the root of the file. */
  path: (string | number)[];
  message: string;
}

/**
 * Semantic checks beyond the schema: dangling references, duplicate identifiers, self-intersecting
 * polygons, zones outside the picture, calibrations without a solution.
 */
export function checkMeaning(file: CamerasFile): Finding[] {
  const findings: Finding[] = [];
  findings.push(...duplicates(file.sites, ['sites']));
  findings.push(...duplicates(file.cameras, ['cameras']));
  const plansOfSite = new Map(
    file.sites.map((site) => [site.id, new Set(site.floorPlans.map((plan) => plan.id))]),
  );
  file.sites.forEach((site, i) => {
    findings.push(...duplicates(site.floorPlans, ['sites', i, 'floorPlans']));
  });
  file.cameras.forEach((camera, i) => {
    const at = ['cameras', i];
    if (camera.id === NO_CAMERA) {
      const message = `"${NO_CAMERA}" stands for a place that no camera sees: take another id`;
      findings.push({ path: [...at, 'id'], message });
    }
    const plans = plansOfSite.get(camera.site);
    if (!plans) {
      findings.push({ path: [...at, 'site'], message: `there is no site "${camera.site}"` });
    } else if (camera.floorPlan !== undefined && !plans.has(camera.floorPlan)) {
      findings.push({
        path: [...at, 'floorPlan'],
        message: `site "${camera.site}" has no floor plan "${camera.floorPlan}"`,
      });
    }
    findings.push(...checkCamera(camera, at));
  });
  return findings;
}

function checkCamera(camera: CameraConfig, at: (string | number)[]): Finding[] {
  const findings: Finding[] = [
    ...duplicates(camera.zones, [...at, 'zones']),
    ...duplicates(camera.lines, [...at, 'lines']),
    ...duplicates(camera.masks ?? [], [...at, 'masks']),
    ...duplicates(camera.rules, [...at, 'rules']),
  ];
  const { url, secondUrl, substream } = camera;
  for (const [name, address] of Object.entries({ url, secondUrl, substream })) {
    const problems = address === undefined ? [] : addressProblems(address);
    findings.push(...problems.map((message) => ({ path: [...at, name], message })));
  }
  if (secondUrl === url) {
    const message = 'must be another address than url: that of the camera in another network';
    findings.push({ path: [...at, 'secondUrl'], message });
  }
  if (substream !== undefined && (substream === url || substream === secondUrl)) {
    const message = 'must be the address of another, smaller stream of the camera';
    findings.push({ path: [...at, 'substream'], message });
  }
  if (
    camera.tls &&
    ![url, secondUrl, substream].some((one) => one !== undefined && /^rtsps:/i.test(one))
  ) {
    findings.push({ path: [...at, 'tls'], message: 'is for an address that begins with rtsps://' });
  }
  const outside = ([x, y]: Point) =>
    x < 0 || y < 0 || x > camera.picture[0] || y > camera.picture[1];
  const size = `${camera.picture[0]} x ${camera.picture[1]}`;
  const checkOutline = (polygon: Point[], path: (string | number)[]) => {
    const beyond = polygon.findIndex(outside);
    if (beyond >= 0) {
      findings.push({
        path: [...path, beyond],
        message: `point ${show(polygon[beyond]!)} is outside the picture (${size})`,
      });
    }
    if (crossesItself(polygon)) findings.push({ path, message: 'the outline crosses itself' });
    else if (Math.abs(signedArea(polygon)) < 1) {
      findings.push({ path, message: 'the outline encloses no area' });
    }
  };
  for (const kind of ['zones', 'masks'] as const) {
    camera[kind]?.forEach(({ polygon }, i) => {
      checkOutline(polygon, [...at, kind, i, 'polygon']);
    });
  }
  camera.lines.forEach((line, i) => {
    for (const end of ['from', 'to'] as const) {
      if (outside(line[end])) {
        findings.push({
          path: [...at, 'lines', i, end],
          message: `point ${show(line[end])} is outside the picture (${size})`,
        });
      }
    }
    if (Math.hypot(line.from[0] - line.to[0], line.from[1] - line.to[1]) < 1) {
      findings.push({ path: [...at, 'lines', i], message: 'the line has no length' });
    }
  });
  const zones = new Map(camera.zones.map((zone) => [zone.id, zone]));
  const lineIds = new Set(camera.lines.map((line) => line.id));
  camera.rules.forEach((rule, i) => {
    if ('zone' in rule && rule.zone !== undefined) {
      const zone = zones.get(rule.zone);
      const wanted = rule.kind === 'hand-in-danger' ? 'picture' : 'floor';
      const problem = !zone
        ? `camera "${camera.id}" has no zone "${rule.zone}"`
        : (zone.plane ?? 'floor') === wanted
          ? undefined
          : wanted === 'picture'
            ? `a ${rule.kind} rule needs an outline on the picture: give zone "${rule.zone}" plane: picture`
            : `a ${rule.kind} rule needs an outline on the floor, zone "${rule.zone}" has plane: picture`;
      if (problem) findings.push({ path: [...at, 'rules', i, 'zone'], message: problem });
    }
    if (rule.kind === 'unattended-machine') {
      const still = rule.whileMachine.states.indexOf('stopped');
      if (still >= 0) {
        findings.push({
          path: [...at, 'rules', i, 'whileMachine', 'states', still],
          message: 'a machine that is stopped needs no operator: name states in which it works',
        });
      }
    }
    if ('line' in rule && !lineIds.has(rule.line)) {
      findings.push({
        path: [...at, 'rules', i, 'line'],
        message: `camera "${camera.id}" has no line "${rule.line}"`,
      });
    }
  });
  findings.push(...checkArming(camera, at));
  if (camera.calibration) findings.push(...checkCalibration(camera, [...at, 'calibration']));
  return findings;
}

/** Permits are of an area; a shift that ends when it begins is none. */
function checkArming(camera: CameraConfig, at: (string | number)[]): Finding[] {
  const of = (when: ArmedWhen | undefined, area: string | null, path: (string | number)[]) => {
    if (when?.by === 'permit' && when.area === undefined && area === null) {
      const message = 'must name the area whose permits count, as the zone names none';
      return [{ path: [...path, 'armed', 'area'], message }];
    }
    if (when?.by === 'shift' && when.from === when.to) {
      return [
        { path: [...path, 'armed', 'to'], message: 'must not be the time at which it begins' },
      ];
    }
    return [];
  };
  return [
    ...camera.zones.flatMap((zone, i) => of(zone.armed, zone.area ?? null, [...at, 'zones', i])),
    ...camera.rules.flatMap((rule, i) =>
      of(rule.armed, armedOf(rule, camera.zones)?.area ?? null, [...at, 'rules', i]),
    ),
  ];
}

/**
 * A homography needs four pairs of which no three are collinear, in the picture and on the floor.
 */
function checkCalibration(camera: CameraConfig, path: (string | number)[]): Finding[] {
  const pairs = camera.calibration ?? [];
  if (camera.floorPlan === undefined) {
    return [{ path, message: 'a calibration needs the floorPlan that its floor points are on' }];
  }
  if (pairs.length < 4) {
    return [{ path, message: `needs at least 4 point pairs, there are ${pairs.length}` }];
  }
  for (const side of ['picture', 'floor'] as const) {
    if (!hasQuadrilateral(pairs.map((pair) => pair[side]))) {
      return [
        {
          path,
          message: `no 4 of the ${side} points are in general position (three of every four lie on one line): spread them over the floor`,
        },
      ];
    }
  }
  return [];
}

function crossesItself(polygon: Point[]): boolean {
  const n = polygon.length;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const neighbours = j === i + 1 || (i === 0 && j === n - 1);
      if (neighbours) continue;
      if (segmentsMeet(polygon[i]!, polygon[(i + 1) % n]!, polygon[j]!, polygon[(j + 1) % n]!)) {
        return true;
      }
    }
  }
  return false;
}

function segmentsMeet(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point) => Math.sign(signedArea([p, q, r]));
  const [s1, s2, s3, s4] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (s1 !== s2 && s3 !== s4) return true;
  const within = (p: Point, q: Point, r: Point) =>
    Math.min(p[0], q[0]) <= r[0] &&
    r[0] <= Math.max(p[0], q[0]) &&
    Math.min(p[1], q[1]) <= r[1] &&
    r[1] <= Math.max(p[1], q[1]);
  return (
    (s1 === 0 && within(a, b, c)) ||
    (s2 === 0 && within(a, b, d)) ||
    (s3 === 0 && within(c, d, a)) ||
    (s4 === 0 && within(c, d, b))
  );
}

function duplicates(list: { id: string }[], path: (string | number)[]): Finding[] {
  const seen = new Map<string, number>();
  const findings: Finding[] = [];
  list.forEach(({ id }, i) => {
    const first = seen.get(id);
    if (first === undefined) seen.set(id, i);
    else findings.push({ path: [...path, i, 'id'], message: `"${id}" is used twice` });
  });
  return findings;
}

const show = ([x, y]: Point) => `[${x}, ${y}]`;
