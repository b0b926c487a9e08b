import { box, cameraRule, crossingDirection, point, ulid } from '@anshi/contracts';
import { z } from 'zod';

/**
 * The judge's memory of one camera, as JSON. Times are milliseconds after `epoch`, so that a clock
 * step changes one number. An actor is a person, who may have several tracks.
 */

/** Rules of before the items were open. */
const OLD_RULES: Readonly<Record<string, string>> = {
  'missing-helmet': 'missing-ppe',
  'missing-vest': 'missing-ppe',
};

const openEpisode = z.object({
  violation: ulid,
  rule: z.preprocess(
    (rule) => (typeof rule === 'string' ? (OLD_RULES[rule] ?? rule) : rule),
    cameraRule,
  ),
  ruleId: z.string(),
  /** The track named in the record; null for one of a zone or a machine. */
  track: z.string().nullable(),
  heldAt: z.number(),
});

const evidenceMemory = z.object({
  kind: z.literal('evidence'),
  /** Decided sightings, oldest first: time, weight in ms, 1 where the evidence held. */
  samples: z.array(z.tuple([z.number(), z.number(), z.union([z.literal(0), z.literal(1)])])),
  /** Time up to which sightings were weighed; null before the first. */
  weighedTo: z.number().nullable(),
  open: openEpisode.nullable(),
});
export type EvidenceMemory = z.infer<typeof evidenceMemory>;

const crossingMemory = z.object({
  kind: z.literal('crossing'),
  /** The side that the person was last clearly on: right of the line 1, left -1, unknown 0. */
  side: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
  /** Foot points with their times since then. */
  path: z.array(z.object({ at: z.number(), foot: point })),
  /** A crossing that has not lasted for the rule's confirm time yet. */
  pending: z
    .object({
      direction: crossingDirection,
      startedAt: z.number(),
      crossedAt: z.number(),
      /** Times and distances to the line on the way over it, pixels, right positive. */
      trail: z.array(z.tuple([z.number(), z.number()])).default([]),
    })
    .nullable(),
  open: openEpisode.nullable(),
});
export type CrossingMemory = z.infer<typeof crossingMemory>;

/** How long something lasts, for rules with a time that runs from its beginning. */
const dwellMemory = z.object({
  kind: z.literal('dwell'),
  /** What a rule of the scene was about; null for one of a person, or of an earlier version. */
  about: z.string().nullable().default(null),
  /** When it began; null while it does not hold. */
  since: z.number().nullable(),
  /** Time of the last decided sighting; null before the first. */
  decidedAt: z.number().nullable(),
  /** Decided time since then in which it held, and in which it did not, ms. */
  held: z.number(),
  gone: z.number(),
  /** Decided time for which it has not held without a break, ms. */
  goneRun: z.number(),
  /** From, to, and 1 where it held: the newest stretches since it began, for its explanation. */
  trail: z
    .array(z.tuple([z.number(), z.number(), z.union([z.literal(0), z.literal(1)])]))
    .default([]),
  open: openEpisode.nullable(),
});
export type DwellMemory = z.infer<typeof dwellMemory>;

/** Memory of what is judged of the whole picture and not of one person. */
const sceneMemory = z.object({
  /** Since when pictures come without a break; null before the first, or while they show little. */
  steadySince: z.number().nullable(),
  /** By rule id. */
  rules: z.record(z.string(), dwellMemory),
});

/** A sample without a pose, and one with its 17 joints; see posture-window.ts. */
const sample = z.union([z.array(z.number()).length(5), z.array(z.number()).length(56)]);
/** More than three seconds of samples. */
const MOST_SAMPLES = 24;

/** Memory of a body, for the posture rules. */
const bodyMemory = z.object({
  /** Stature in pixels; null while unknown. */
  stature: z.number().nullable(),
  /** True where it comes from an upright torso. */
  measured: z.boolean(),
  /** Time and position of the shoulders, the last seconds. */
  trail: z.array(z.tuple([z.number(), z.number(), z.number()])),
  /** When the shoulders dropped fast. */
  fallAt: z.number().nullable(),
  /** Dropped fast, and has not been up since. */
  fell: z.boolean(),
  /** When a leg was last raised as for a step over a fence. */
  raisedAt: z.number().nullable(),
  /** The posture in the last frame: lying, not lying, or unknown. */
  sight: z.enum(['holds', 'gone', 'unknown']),
  /** Since when it is `gone` without a break; null while it is not. */
  upAt: z.number().nullable().default(null),
  /** The upper edge of the box when the body was last seen to lie, pixels; null before. */
  downTop: z.number().nullable().default(null),
  /** The last seconds that are the input of the posture network; see posture-window.ts. */
  poseSamples: z.array(sample).max(MOST_SAMPLES).catch([]).default([]),
  /** What that network said; null before. */
  learnt: z
    .object({
      /** Probabilities: in the last frame that the body lies; in the last seconds, at its highest, that it fell. */
      lying: z.number(),
      fell: z.number(),
      /** When it last said that the body just fell. */
      fellAt: z.number().nullable(),
      /** Since when it says that the body lies after a fall. */
      since: z.number().nullable(),
      /** Both when it found the fall; null where the measures of the body did, or there is none. */
      found: z.object({ lying: z.number(), fell: z.number() }).nullable(),
    })
    .nullable()
    .catch(null)
    .default(null),
});
export type BodyMemory = z.infer<typeof bodyMemory>;

/** Positions of the last second, for the running rule. */
const paceMemory = z.object({
  trail: z.array(
    z.object({
      at: z.number(),
      /** Metres on the floor, or pixels. */
      x: z.number(),
      y: z.number(),
      /** Standard deviation, in the same unit. */
      deviation: z.number(),
      /** Height of the box in pixels, 1 for metres. */
      scale: z.number(),
      metres: z.boolean(),
    }),
  ),
});
export type PaceMemory = z.infer<typeof paceMemory>;

const actor = z.object({
  /** Unique among the actors of the camera. */
  id: z.string(),
  /** When it was first seen, ms. */
  since: z.number().default(0),
  track: z.string(),
  /** The track before it, and when it was left; null for none. */
  left: z.object({ track: z.string(), at: z.number() }).nullable().default(null),
  /** Earlier tracks and the present one, oldest first. */
  tracks: z.array(z.string()).default([]),
  /** Times of the last sightings; empty once it is established. */
  recent: z.array(z.number()).default([]),
  /** Seen often enough in a short time to be a person and no false detection. */
  established: z.boolean().default(true),
  seenAt: z.number(),
  /** The zones of the last sighting. */
  zones: z.array(z.string()).default([]),
  /** Blind time of the camera since then that is bridged, ms. */
  blind: z.number(),
  box,
  /** Velocity of the foot point, pixels per second. */
  velocity: point,
  floor: point.nullable(),
  /**
   * Time, x and y on the floor in metres and standard deviation, of the last seconds; empty where the
   * camera is not calibrated.
   */
  path: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])).default([]),
  /**
   * Records whose path after the confirmation is not told yet, when they were confirmed, and until when the person had
   * the track of then: what follows under another one may be of another person. Null while that track goes on.
   */
  followed: z
    .array(z.object({ violation: ulid, since: z.number(), until: z.number().nullable() }))
    .default([]),
  /** Null where no rule needs poses. */
  body: bodyMemory.nullable().default(null),
  pace: paceMemory.nullable().default(null),
  /** By rule id, for PPE rules `<rule id>/<item>`. */
  rules: z.record(
    z.string(),
    z.discriminatedUnion('kind', [evidenceMemory, crossingMemory, dwellMemory]),
  ),
});
export type Actor = z.infer<typeof actor>;

export const judgeState = z.object({
  version: z.literal(1),
  camera: z.string(),
  epoch: z.number(),
  /** Time of the last observation; null before the first. */
  at: z.number().nullable(),
  actors: z.array(actor),
  scene: sceneMemory.default({ steadySince: null, rules: {} }),
});
export type JudgeState = z.infer<typeof judgeState>;

export function emptyJudgeState(camera: string): JudgeState {
  return {
    version: 1,
    camera,
    epoch: 0,
    at: null,
    actors: [],
    scene: { steadySince: null, rules: {} },
  };
}

/**
 * A copy of everything that is modified. Long-lived immutable parts (samples, places, boxes) are
 * shared: cloning them in every frame took most of the judge's time.
 */
export function copyState(state: JudgeState): JudgeState {
  const { steadySince, rules } = state.scene;
  return {
    ...state,
    actors: state.actors.map(copyActor),
    scene: {
      steadySince,
      rules: Object.fromEntries(Object.entries(rules).map(([key, one]) => [key, copyDwell(one)])),
    },
  };
}

const copyDwell = (memory: DwellMemory): DwellMemory => ({
  ...memory,
  open: memory.open && { ...memory.open },
});

function copyActor({ body, pace, rules, ...actor }: Actor): Actor {
  return {
    ...actor,
    tracks: [...actor.tracks],
    recent: [...actor.recent],
    path: [...actor.path],
    followed: [...actor.followed],
    body: body && { ...body, trail: [...body.trail], poseSamples: [...body.poseSamples] },
    pace: pace && { trail: [...pace.trail] },
    rules: Object.fromEntries(Object.entries(rules).map(([key, one]) => [key, copyMemory(one)])),
  };
}

function copyMemory(memory: Actor['rules'][string]): Actor['rules'][string] {
  if (memory.kind === 'dwell') return copyDwell(memory);
  const open = memory.open && { ...memory.open };
  return memory.kind === 'evidence'
    ? { ...memory, open, samples: [...memory.samples] }
    : { ...memory, open, path: [...memory.path] };
}
