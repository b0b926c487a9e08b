import { z } from 'zod';
import { machineActivity } from '../bus/machine-state.ts';
import { bilingual, point, slug } from '../primitives.ts';
import { armedWhen } from './armed.ts';

/** The purpose of a zone; determines its colour and icon on the wall and the plan. */
export const zoneKind = z.enum(['work-area', 'machine-cell', 'chemical-store', 'walkway']);
export type ZoneKind = z.infer<typeof zoneKind>;

export const severity = z.enum(['low', 'medium', 'high']);
export type Severity = z.infer<typeof severity>;

/**
 * Crossing direction of a line, seen from `from` towards `to` in the picture: left to right, or
 * right to left.
 */
export const crossingDirection = z.enum(['left-to-right', 'right-to-left']);
export type CrossingDirection = z.infer<typeof crossingDirection>;

/** More than people draw: some of the checks compare each with each. */
const MOST = { points: 200, pairs: 100, shapes: 200 } as const;
const atMost = (most: number, what: string) => `must have at most ${most} ${what}`;

const floorPlan = z.strictObject({
  id: slug,
  name: bilingual,
  /** An SVG, PNG, JPEG or WebP file, relative to the cameras file. One that is not there leaves a plan without a picture. */
  image: z.string().min(1).optional(),
  /** Width (east) and depth (north) in metres; the origin is the south-west corner. */
  size: z.tuple([z.number().positive(), z.number().positive()]),
});

const site = z.strictObject({
  id: slug,
  name: bilingual,
  floorPlans: z.array(floorPlan).default([]),
});

const calibrationPair = z.strictObject({
  /** A point of the floor in the picture, pixels. */
  picture: point,
  /** The same point on the floor plan, metres. */
  floor: point.describe('The same point on the floor plan, metres.'),
});

const zone = z.strictObject({
  id: slug,
  name: bilingual,
  kind: zoneKind.default('work-area'),
  /**
   * The plane of the polygon: `floor` (default), where a person is inside by the foot point; or
   * `picture`, such as the opening of a press, where a hand is inside by its position in the
   * picture, regardless of the feet.
   */
  plane: z.enum(['floor', 'picture']).optional(),
  /**
   * The area of the register of places that this zone watches, so that cameras and badges have one
   * fence. The API compares their outlines and shows where they differ.
   */
  area: slug.optional(),
  /** When its rules apply; left out, always. */
  armed: armedWhen.optional(),
  /** The polygon, in picture pixels. */
  polygon: z.array(point).min(3).max(MOST.points, atMost(MOST.points, 'points')),
});

const line = z.strictObject({ id: slug, name: bilingual, from: point, to: point });

/**
 * A part of the picture in which people are left out: a screen, a mirror, a road outside of the fence. Who
 * stands in it, by the foot point, is neither judged nor shown. The video is kept as it is.
 */
const mask = z.strictObject({
  id: slug,
  name: bilingual,
  /** The outline, in picture pixels. */
  polygon: z.array(point).min(3).max(MOST.points, atMost(MOST.points, 'points')),
});

/** Evidence must hold for `confirmSeconds` and be gone for `clearSeconds`. */
const ruleBase = {
  id: slug,
  severity: severity.default('medium'),
  confirmSeconds: z.number().min(0).max(60).optional(),
  clearSeconds: z.number().min(0).max(600).optional(),
  /** When it applies, instead of what its zone says. */
  armed: armedWhen.optional(),
};

/** The same for rules on how long something may last: `confirmSeconds` is that time, up to four hours. */
const lastingBase = { ...ruleBase, confirmSeconds: z.number().min(1).max(14_400).optional() };

/**
 * The rule applies only while a machine is in one of these states. An unknown or stale state counts
 * as running, so the rule applies.
 */
const whileMachine = z.strictObject({
  machine: slug,
  states: z.array(machineActivity).min(1).default(['running']),
});

/** The machine of a rule about a machine. */
const ofMachine = z.strictObject(whileMachine.shape, {
  error: ({ input }) =>
    input === undefined
      ? 'must name the machine, such as whileMachine: { machine: press-1 }'
      : undefined,
});

const maxPeople = z
  .number({
    error: ({ input }) =>
      input === undefined ? 'must say how many people may be in the zone at once' : undefined,
  })
  .int()
  .min(1, 'must be at least 1: where nobody may be, use a zone-intrusion rule')
  .max(200);

const rule = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('missing-ppe'),
    ...ruleBase,
    zone: slug,
    /** Words of the dictionary `ppe-item` that the camera's model sees. */
    items: z.array(slug).min(1).max(16).default(['helmet', 'vest']),
  }),
  z.strictObject({
    kind: z.literal('zone-intrusion'),
    ...ruleBase,
    zone: slug,
    whileMachine: whileMachine.optional(),
  }),
  z.strictObject({
    kind: z.literal('line-crossing'),
    ...ruleBase,
    line: slug,
    direction: z.enum(['left-to-right', 'right-to-left', 'both']).default('both'),
  }),
  /** A fallen or lying person; `zone` left out: anywhere in the picture. */
  z.strictObject({ kind: z.literal('person-down'), ...ruleBase, zone: slug.optional() }),
  /** A hand in a picture zone. */
  z.strictObject({
    kind: z.literal('hand-in-danger'),
    ...ruleBase,
    zone: slug,
    whileMachine: whileMachine.optional(),
  }),
  z.strictObject({
    kind: z.literal('running'),
    ...ruleBase,
    zone: slug.optional(),
    /** Speed limit in metres per second. */
    speed: z.number().min(1).max(12).optional(),
  }),
  /** The line is the fence, drawn along its foot. */
  z.strictObject({ kind: z.literal('climbing'), ...ruleBase, line: slug }),
  /** Experimental: read its card before use. */
  z.strictObject({ kind: z.literal('phone-use'), ...ruleBase, zone: slug.optional() }),
  /** A person stays in the zone for longer than `confirmSeconds`. */
  z.strictObject({
    kind: z.literal('loitering'),
    ...lastingBase,
    zone: slug,
    whileMachine: whileMachine.optional(),
  }),
  /** More than `maxPeople` are in the zone at once. */
  z.strictObject({
    kind: z.literal('over-occupancy'),
    ...lastingBase,
    zone: slug,
    maxPeople,
    whileMachine: whileMachine.optional(),
  }),
  /** One person is in the zone for longer than `confirmSeconds`, and no second one in sight. */
  z.strictObject({
    kind: z.literal('lone-work'),
    ...lastingBase,
    zone: slug,
    /** Where a second person is company: anywhere in the picture, or in the zone only. */
    companyIn: z.enum(['picture', 'zone']).default('picture'),
    whileMachine: whileMachine.optional(),
  }),
  /**
   * The machine runs, and for longer than `confirmSeconds` nobody is in the zone, which is the place of
   * its operator. A machine whose state is not known is neither taken to run nor to stand still.
   */
  z.strictObject({
    kind: z.literal('unattended-machine'),
    ...lastingBase,
    zone: slug,
    whileMachine: ofMachine,
  }),
]);

/** One camera with its zones, lines and rules. */
export const cameraConfig = z.strictObject({
  id: slug,
  name: bilingual,
  site: slug,
  floorPlan: slug.optional(),
  /** The area of the register of places in which it hangs. */
  area: slug.optional(),
  /** The worker that watches it; left out, each worker that reads this configuration. */
  worker: slug.optional(),
  /**
   * rtsp://, rtsps:// or file: (a file is looped at its own speed). `${ANSHI_CAMERA_NAME}` is replaced
   * by that environment variable, so that passwords stay out of the file. Other variables are refused.
   */
  url: z.string().min(1),
  /**
   * The same camera over another network, written as `url` is. The worker switches to it where `url`
   * gives no picture, and back to `url` when that works again.
   */
  secondUrl: z.string().min(1).optional(),
  /**
   * A smaller stream of the same device, written as `url` is. It plays in small tiles of the wall and is
   * pulled only while a tile shows it. Nothing is analysed or recorded of it.
   */
  substream: z.string().min(1).optional(),
  /** How the certificate of an rtsps:// camera is checked. */
  tls: z
    .strictObject({
      /**
       * False accepts any certificate: the camera may be an impostor, which is shown as a warning.
       */
      verify: z.boolean().default(true),
      /** PEM file of the certificates that are trusted, relative to the file that names it. */
      ca: z.string().min(1).optional(),
      /** The name that the certificate must bear, where it is not the host of the url. */
      name: z.string().min(1).optional(),
    })
    .optional(),
  transport: z.enum(['tcp', 'udp']).default('tcp'),
  enabled: z.boolean().default(true),
  /** Width and height in pixels of the picture that the coordinates below are drawn on. */
  picture: z.tuple([z.number().int().min(64).max(7680), z.number().int().min(64).max(4320)]),
  /** The folder under models/ of this camera's model. */
  model: slug.default('ppe'),
  /** Analysed frames per second. */
  analysisFps: z.number().positive().max(30).default(5),
  /** Budget of the native-resolution crops (second pass) of distant people, per analysed frame. */
  closeLooks: z
    .strictObject({
      /** Maximum number of crops; 0 for none. */
      perFrame: z.number().int().min(0).max(32).default(4),
      /**
       * Maximum of all crops together, in million tensor pixels; one crop, of 0.05 for one person,
       * is always allowed.
       */
      megapixels: z.number().positive().max(10).default(0.25),
      /**
       * Interval in which each tile of the picture is searched for people too distant for the full
       * pass, in seconds; 0 for never.
       */
      searchSeconds: z.number().min(0).max(3600).default(10),
    })
    .prefault({}),
  calibration: z
    .array(calibrationPair)
    .max(MOST.pairs, atMost(MOST.pairs, 'point pairs'))
    .optional(),
  zones: z.array(zone).max(MOST.shapes, atMost(MOST.shapes, 'zones')).default([]),
  lines: z.array(line).max(MOST.shapes, atMost(MOST.shapes, 'lines')).default([]),
  /** Left out where there are none, so that workers of before there were masks take the camera. */
  masks: z.array(mask).max(MOST.shapes, atMost(MOST.shapes, 'masks')).optional(),
  rules: z.array(rule).max(MOST.shapes, atMost(MOST.shapes, 'rules')).default([]),
});

/** cameras.yaml: the sites, floor plans, cameras, zones, lines and rules of one tenant. */
export const camerasFile = z.strictObject({
  version: z.literal(1),
  /** None in a plant that is set up in the app. */
  sites: z.array(site),
  cameras: z.array(cameraConfig),
});

export type CamerasFile = z.infer<typeof camerasFile>;
export type SiteConfig = CamerasFile['sites'][number];
export type FloorPlanConfig = SiteConfig['floorPlans'][number];
export type CameraConfig = CamerasFile['cameras'][number];
export type ZoneConfig = CameraConfig['zones'][number];
export type LineConfig = CameraConfig['lines'][number];
export type MaskConfig = NonNullable<CameraConfig['masks']>[number];
export type RuleConfig = CameraConfig['rules'][number];
export type WhileMachine = z.infer<typeof whileMachine>;
export type CalibrationPair = NonNullable<CameraConfig['calibration']>[number];
