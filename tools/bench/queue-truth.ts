import { readFileSync } from 'node:fs';
import { type CameraConfig, point, type RuleConfig } from '@anshi/contracts';
import { z } from 'zod';
import { crosses, isInside } from '../../simulator/src/plant/floor.ts';

/*
 * What the truth of the clips says about the rules of their cameras. None of the judge's code is used:
 * its mistakes would be the truth's, too.
 */

/** An item of protective equipment is a field of its own: `helmet: false` is a bare head. */
const worker = z.looseObject({
  id: z.string().min(1),
  floor: point,
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  inFrame: z.number(),
  visible: z.number(),
  visibleBox: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullish(),
});
export type WorkerTruth = z.infer<typeof worker>;

/** `NAME.truth.json`, as far as it is used. Floor in metres, boxes in pixels, times in seconds. */
const clipTruth = z.object({
  width: z.number().positive(),
  height: z.number().positive(),
  fps: z.number().positive(),
  duration: z.number().positive(),
  floorPlan: z.string(),
  /** Row-major: floor metres (x, y, 1) to picture pixels. */
  homography: z.array(z.number()).length(9),
  frames: z.array(z.object({ t: z.number(), workers: z.array(worker) })).min(1),
});
export type ClipTruth = z.infer<typeof clipTruth>;

/** @throws Error that names the file and what is wrong in it. */
export function readClipTruth(file: string): ClipTruth {
  const read = clipTruth.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (read.success) return read.data;
  const [first] = read.error.issues;
  throw new Error(`the truth ${file} cannot be used: ${first?.path.join('.')}: ${first?.message}`);
}

/** A camera with the clip that it shows. */
export interface TruthCamera {
  config: Pick<CameraConfig, 'id' | 'picture' | 'zones' | 'lines' | 'rules'>;
  truth: ClipTruth;
  /** Seconds of a round; a shorter clip pauses at its end. */
  loop: number;
  /** Where in a round the clip is at second 0 of the bench, seconds. */
  phase: number;
}

/** A time in which a person broke a rule before a camera; seconds of the bench. */
export interface Breach {
  /** The worker's id on their floor plan: clips of one floor show the same people. */
  person: string;
  camera: string;
  /** A rule of the camera, with the item for protective equipment: {@link breachKey}. */
  key: string;
  from: number;
  to: number;
}

export const breachKey = (ruleId: string, item: string | null) =>
  item === null ? ruleId : `${ruleId}/${item}`;
export const personKey = ({ floorPlan }: Pick<ClipTruth, 'floorPlan'>, id: string) =>
  `${floorPlan}/${id}`;

/** The usual confirm times of the rules that the truth can decide, seconds. */
export const CONFIRM_SECONDS: Readonly<Record<string, number>> = {
  'missing-ppe': 2,
  'zone-intrusion': 1,
  'line-crossing': 0,
  loitering: 60,
};

/** A worker who is hidden for a moment is the same breach, seconds. */
const BRIDGED = 0.5;

/**
 * How strictly the truth is read.
 *
 * `must`: a system that works has to find it. Half of the box is in the picture and 30 % of the worker
 * is not hidden, the point below the hips is in the zone, the rule needs no machine, and it is broken
 * for its confirm time. `may`: a finding of it is not false. Any part is seen, the feet, which reach
 * 0.4 m from that point, may be in the zone, and half a second may lack.
 */
type Strictness = 'must' | 'may';

const READINGS = {
  must: { inFrame: 0.5, visible: 0.3, reach: 0, lacking: 0, machines: false },
  may: { inFrame: 0.1, visible: 0.05, reach: 0.4, lacking: 0.5, machines: true },
} as const;

/**
 * Whether the truth can tell of a rule. Those on postures, hands and speed need more than it has, and
 * those of zones and machines are about no person.
 */
export const isDecidable = ({ kind }: Pick<RuleConfig, 'kind'>): boolean => kind in CONFIRM_SECONDS;

/** Every breach of a camera's rules up to a second of the bench, in all rounds of its clip. */
export function breaches(camera: TruthCamera, how: Strictness, until: number): Breach[] {
  const { config, truth, loop, phase } = camera;
  const reading = READINGS[how];
  const rounds = Math.ceil((until + phase) / loop) + 1;
  const people = [...new Set(truth.frames.flatMap(({ workers }) => workers.map(({ id }) => id)))];
  return config.rules
    .filter((rule) => isDecidable(rule) && (reading.machines || !('whileMachine' in rule)))
    .flatMap((rule) =>
      people.flatMap((id) =>
        momentsOf(rule, camera, id, reading).flatMap(({ item, times }) => {
          const confirm = rule.confirmSeconds ?? CONFIRM_SECONDS[rule.kind]!;
          const all = Array.from({ length: rounds }, (_, round) =>
            times.map((t) => t + round * loop - phase),
          ).flat();
          return stretches(all, 1 / truth.fps)
            .filter(({ from, to }) => to - from + 1e-6 >= confirm - reading.lacking)
            .map(({ from, to }) => ({
              person: personKey(truth, id),
              camera: config.id,
              key: breachKey(rule.id, item),
              from,
              to,
            }));
        }),
      ),
    );
}

type Reading = (typeof READINGS)[Strictness];
type Times = { item: string | null; times: number[] };

/** When a worker breaks a rule, frame by frame; one list for each item of equipment. */
function momentsOf(rule: RuleConfig, camera: TruthCamera, id: string, reading: Reading): Times[] {
  const { truth } = camera;
  const sights = truth.frames.flatMap(({ t, workers }) => {
    const seen = workers.find((one) => one.id === id);
    const isSeen = seen && seen.inFrame >= reading.inFrame && seen.visible >= reading.visible;
    return isSeen ? [{ t, seen }] : [];
  });
  switch (rule.kind) {
    case 'missing-ppe':
      return rule.items.map((item) => ({
        item,
        times: sights
          .filter(({ seen }) => seen[item] === false && isIn(rule.zone, seen, camera, reading))
          .map(({ t }) => t),
      }));
    case 'zone-intrusion':
    case 'loitering':
      return [
        {
          item: null,
          times: sights
            .filter(({ seen }) => isIn(rule.zone, seen, camera, reading))
            .map(({ t }) => t),
        },
      ];
    case 'line-crossing':
      return [{ item: null, times: crossings(rule, camera, sights) }];
    default:
      return [];
  }
}

function isIn(zone: string, seen: WorkerTruth, camera: TruthCamera, { reach }: Reading): boolean {
  const polygon = camera.config.zones.find((one) => one.id === zone)?.polygon;
  if (!polygon) return false;
  const [x, y] = seen.floor;
  const around = [
    [x, y],
    [x + reach, y],
    [x - reach, y],
    [x, y + reach],
    [x, y - reach],
  ] as const;
  return around.some((place) => isInside(inPicture(place, camera), polygon));
}

function crossings(
  rule: RuleConfig & { kind: 'line-crossing' },
  camera: TruthCamera,
  sights: readonly { t: number; seen: WorkerTruth }[],
): number[] {
  const line = camera.config.lines.find(({ id }) => id === rule.line);
  if (!line) return [];
  const { from, to } = line;
  return sights.slice(1).flatMap(({ t, seen }, n) => {
    const before = sights[n]!;
    if (t - before.t > BRIDGED) return [];
    const [a, b] = [inPicture(before.seen.floor, camera), inPicture(seen.floor, camera)];
    if (!crosses(a, b, from, to)) return [];
    // The picture's y runs downwards: right of the line is where this is positive.
    const right = (to[0] - from[0]) * (b[1] - from[1]) - (to[1] - from[1]) * (b[0] - from[0]);
    const direction = right > 0 ? 'left-to-right' : 'right-to-left';
    return rule.direction === 'both' || rule.direction === direction ? [t] : [];
  });
}

/** A place on the floor in the pixels of the camera's configuration. */
function inPicture([x, y]: readonly [number, number], camera: TruthCamera): [number, number] {
  const { homography: h, width, height } = camera.truth;
  const [across, down] = camera.config.picture;
  const w = h[6]! * x + h[7]! * y + h[8]!;
  return [
    (((h[0]! * x + h[1]! * y + h[2]!) / w) * across) / width,
    (((h[3]! * x + h[4]! * y + h[5]!) / w) * down) / height,
  ];
}

/** Moments as stretches; a short interruption is bridged. */
function stretches(times: readonly number[], frame: number): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const t of [...times].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && t - last.to <= BRIDGED + frame) last.to = t;
    else found.push({ from: t, to: t });
  }
  return found;
}

/** One person, from the first to the last moment in which a rule is broken; seconds. */
export interface Episode {
  person: string;
  from: number;
  to: number;
}

/**
 * Breaches of one person as episodes, over rules and cameras.
 *
 * @param gap the longest time between two breaches of one episode, seconds.
 */
export function episodesOf(found: readonly Breach[], gap: number): Episode[] {
  const episodes: Episode[] = [];
  const last = new Map<string, Episode>();
  for (const { person, from, to } of [...found].sort((a, b) => a.from - b.from)) {
    const open = last.get(person);
    if (open && from - open.to <= gap) {
      open.to = Math.max(open.to, to);
      continue;
    }
    const episode = { person, from, to };
    last.set(person, episode);
    episodes.push(episode);
  }
  return episodes;
}
