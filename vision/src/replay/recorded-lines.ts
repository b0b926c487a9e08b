import {
  apartFromAddresses,
  box,
  type CameraConfig,
  cameraConfig,
  equipment,
  type MachineReport,
  machineState,
  type Observation,
  observation,
  score,
  slug,
} from '@anshi/contracts';
import { z } from 'zod';
import type { SeenPerson } from './place.ts';

/*
 * The lines of a recorded stream, one JSON value each. Zones and places on the floor are not in them: they
 * follow from the boxes and a configuration. Explained in docs/observations.md.
 */

export const RECORDED_VERSION = 1;
const KEYPOINTS = 17;

/** A configuration as it is recorded: without the address of the camera, which may hold a password. */
export type RecordedConfig = Omit<CameraConfig, 'url' | 'secondUrl' | 'substream' | 'tls'>;

/** Who recorded what follows, and by which configuration it was judged. */
export interface RecordedHead {
  readonly camera: string;
  readonly worker: string;
  readonly model: { readonly name: string; readonly version: string };
  /** Version of the configuration in the database; null where it is of a file. */
  readonly version: number | null;
  readonly config: RecordedConfig;
}

/** One analysed frame. */
export interface RecordedFrame {
  /** Stream clock, ms since the epoch. */
  readonly at: number;
  /** How long after that it was judged by the clock of the worker, ms; null where it is not known. */
  readonly lag: number | null;
  readonly people: readonly SeenPerson[];
  readonly degraded: boolean;
}

/** A line of a recorded stream, or of one that is of whole observations. */
export type RecordedItem =
  | { readonly kind: 'head'; readonly head: RecordedHead }
  | { readonly kind: 'machine'; readonly machine: string; readonly reports: MachineReport[] }
  | { readonly kind: 'frame'; readonly frame: RecordedFrame }
  | { readonly kind: 'observation'; readonly observation: Observation };

const flatPose = z
  .array(z.number())
  .length(1 + 3 * KEYPOINTS, 'a pose has a score and 17 keypoints');
const person = z.union([
  z.tuple([z.string(), box, score, equipment]),
  z.tuple([z.string(), box, score, equipment, flatPose]),
]);
const frameLine = z.strictObject({
  t: z.number().int(),
  l: z.number().int().optional(),
  p: z.array(person).optional(),
  d: z.literal(1).optional(),
});
const machineLine = z.strictObject({
  m: slug,
  r: z.array(z.object({ state: machineState, receivedAt: z.number() })),
});
const headLine = z.strictObject({
  v: z.literal(RECORDED_VERSION, `is a version of the format other than ${RECORDED_VERSION}`),
  camera: slug,
  worker: z.string(),
  model: z.object({ name: z.string(), version: z.string() }),
  version: z.number().int().nullable(),
  config: cameraConfig.omit({ url: true, secondUrl: true, substream: true, tls: true }),
});

/** A camera as it was recorded, with an address that stands for none. */
export const configOf = ({ config }: RecordedHead): CameraConfig => ({
  ...config,
  url: 'file:recorded',
});

export const headText = (head: RecordedHead): string => {
  const { tls: _, ...config } = apartFromAddresses(head.config as CameraConfig).config;
  return JSON.stringify({ v: RECORDED_VERSION, ...head, config });
};

export const machineText = (machine: string, reports: readonly MachineReport[]): string =>
  JSON.stringify({ m: machine, r: reports });

export function frameText({ at, lag, people, degraded }: RecordedFrame): string {
  return JSON.stringify({
    t: at,
    ...(lag !== null && { l: lag }),
    ...(people.length > 0 && { p: people.map(shortPerson) }),
    ...(degraded && { d: 1 }),
  });
}

function shortPerson({ track, box, score, equipment, pose }: SeenPerson): unknown[] {
  const short: unknown[] = [track, box, score, equipment];
  if (pose) short.push([pose.score, ...pose.keypoints.flat()]);
  return short;
}

/**
 * Reads one line.
 *
 * @throws Error that says what is wrong with it, without its place.
 */
export function readLine(text: string): RecordedItem {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('is no observation: a line is an object');
  }
  if ('t' in value) return { kind: 'frame', frame: frameOf(checked(frameLine, value)) };
  if ('m' in value) {
    const { m, r } = checked(machineLine, value);
    return { kind: 'machine', machine: m, reports: r };
  }
  if ('v' in value) {
    const { v: _, ...head } = checked(headLine, value);
    return { kind: 'head', head };
  }
  return { kind: 'observation', observation: checked(observation, value) };
}

function frameOf({ t, l, p = [], d }: z.infer<typeof frameLine>): RecordedFrame {
  return {
    at: t,
    lag: l ?? null,
    degraded: d === 1,
    people: p.map(([track, box, score, equipment, pose]) => ({
      track,
      box,
      score,
      equipment,
      pose: pose ? poseOf(pose) : null,
    })),
  };
}

function poseOf([score = 0, ...flat]: number[]): NonNullable<SeenPerson['pose']> {
  const keypoints = Array.from({ length: KEYPOINTS }, (_, i): [number, number, number] => [
    flat[3 * i]!,
    flat[3 * i + 1]!,
    flat[3 * i + 2]!,
  ]);
  return { score, keypoints };
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new Error(z.prettifyError(read.error).replaceAll('\n', ' '));
}
