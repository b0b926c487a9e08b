import type { CameraConfig, Observation, Point, RuleConfig } from '@anshi/contracts';
import { type Random, randomOf } from '@anshi/contracts/testing/random';
import type { TruthEvent } from './data.ts';
import type { GeneratedStream } from './generate.ts';
import { draw, mix, type Posture, postures, stride } from './stick-figure.ts';
import { Stretches } from './stretches.ts';
import { PICTURE, winds } from './view.ts';

/*
 * A yard that is seen from the side, for the rules on poses: one person after the other comes in, does one
 * thing and leaves. Some do what is forbidden, others what looks like it.
 */

const START = Date.UTC(2026, 0, 6);
const STEP_MS = 200;
const FOOT = 610;
/** Where things are done, pixels from the left; the fence stands to the right of it. */
const SPOT = 420;
const FENCE = 860;
const OPENING: Point[] = [
  [SPOT + 42, FOOT - 165],
  [SPOT + 110, FOOT - 165],
  [SPOT + 110, FOOT - 105],
  [SPOT + 42, FOOT - 105],
];
const MISSED = 0.04;
const NEW_TRACK_EVERY = 60;

const name = { zh: '院', en: 'yard' };
const rules: RuleConfig[] = [
  { kind: 'person-down', id: 'down', severity: 'high' },
  { kind: 'hand-in-danger', id: 'hand', severity: 'high', zone: 'opening' },
  { kind: 'climbing', id: 'climb', severity: 'high', line: 'fence' },
  { kind: 'phone-use', id: 'phone', severity: 'low' },
];
/** The times of these rules where the configuration gives none, s; see the manual. */
const TIMES = { down: [3, 5], hand: [0.5, 2], phone: [5, 5] } as const;

const config: CameraConfig = {
  id: 'generated-yard',
  name,
  site: 'plant',
  url: 'file:none.mp4',
  transport: 'tcp',
  enabled: true,
  picture: PICTURE,
  model: 'ppe',
  analysisFps: 5,
  closeLooks: { perFrame: 4, megapixels: 0.25, searchSeconds: 10 },
  zones: [{ id: 'opening', name, kind: 'machine-cell', plane: 'picture', polygon: OPENING }],
  lines: [{ id: 'fence', name, from: [FENCE, FOOT + 60], to: [FENCE, FOOT - 60] }],
  rules,
};

type Act = 'fall' | 'bend' | 'squat' | 'sit' | 'reach' | 'call' | 'raise' | 'climb' | 'pass';
const ACTS: readonly Act[] = [
  ...(['fall', 'bend', 'squat', 'sit', 'reach', 'reach', 'call', 'raise'] as const),
  ...(['climb', 'climb', 'pass', 'pass'] as const),
];
/** How long each act lasts, s. */
const LASTS: Record<Act, readonly [number, number]> = {
  fall: [6, 25],
  bend: [2, 10],
  squat: [2, 10],
  sit: [3, 20],
  reach: [1.6, 6],
  call: [8, 25],
  raise: [0.8, 2],
  climb: [0, 0],
  pass: [0, 0],
};
const POSTURE_OF: Partial<Record<Act, Posture>> = {
  fall: postures.lie,
  bend: postures.bend,
  squat: postures.squat,
  sit: postures.sit,
  reach: postures.reach,
  call: postures.call,
  raise: postures.call,
};
/** From standing into it, and back, s. */
const WAY = { fall: [0.7, 3], other: [0.8, 0.8] } as const;

/** A person who comes in from the left, acts and leaves to the right. */
interface Visit {
  readonly from: number;
  readonly act: Act;
  readonly speed: number;
  readonly lasts: number;
  readonly stature: number;
}

const iso = (ms: number) => new Date(START + ms).toISOString();

/** A stream of the yard. */
export function generateYard(seed: string, hours: number): GeneratedStream {
  const random = randomOf(`${config.id}/${seed}`);
  const length = Math.round(3_600_000 * hours);
  const events: TruthEvent[] = [];
  return {
    name: `${config.id}-${seed}`,
    config,
    observations: framesOf(random, length, events),
    truth: () => ({ camera: config.id, from: iso(0), to: iso(length), events }),
  };
}

function* framesOf(random: Random, length: number, events: TruthEvent[]): Generator<Observation> {
  const sight = random.of('sight');
  const plan = random.of('plan');
  let count = 0;
  let at = 0;
  while (at < length) {
    const act = plan.pick(ACTS);
    const visit: Visit = {
      from: at,
      act,
      speed: plan.between(70, 120),
      lasts: 1000 * plan.between(...LASTS[act]),
      stature: plan.between(150, 175),
    };
    const truth = new VisitTruth();
    const tracks: string[] = [];
    for (let isDone = false; !isDone && at < length; at += STEP_MS) {
      const now = situation(visit, at);
      isDone = now.x > PICTURE[0] + 60;
      if (sight.chance(STEP_MS / 1000 / NEW_TRACK_EVERY) || tracks.length === 0) {
        tracks.push(`Y${++count}`);
      }
      const drawn = draw(now.posture, [now.x, FOOT], visit.stature, 1, sight);
      const isIn = now.x > 40 && now.x < PICTURE[0] - 40;
      truth.step(at, act, now, winds(drawn.hand, OPENING) !== 0);
      const seen = isIn && !sight.chance(MISSED);
      const person = {
        track: tracks.at(-1)!,
        box: drawn.box,
        score: sight.between(0.5, 0.95),
        floor: null,
        floorDeviation: null,
        equipment: {},
        pose: sight.chance(0.05) ? null : drawn.pose,
        zones: [],
        violations: [],
      };
      yield frame(at, seen ? [person] : []);
    }
    events.push(...truth.events().map((event) => ({ ...event, tracks })));
    const next = Math.min(length, at + 1000 * plan.between(12, 25));
    for (; at < next; at += STEP_MS) yield frame(at, []);
  }
}

const frame = (at: number, people: Observation['people']): Observation => ({
  camera: config.id,
  at: iso(at),
  width: PICTURE[0],
  height: PICTURE[1],
  people,
  parts: [],
  machines: [],
});

interface Situation {
  readonly x: number;
  readonly posture: Posture;
  /** The act is complete at this moment. */
  readonly isActing: boolean;
}

/** Where a person of a visit is, and how. */
function situation({ from, act, speed, lasts }: Visit, at: number): Situation {
  const since = at - from;
  const arrives = (1000 * (SPOT + 60)) / speed;
  const walking = (ms: number): Situation => {
    const x = -60 + (speed * ms) / 1000;
    const isStep = act === 'climb' && Math.abs(x - FENCE) < 40;
    return { x, posture: isStep ? postures.step : stride(ms / 1000), isActing: false };
  };
  const [into, back] = act === 'fall' ? WAY.fall : WAY.other;
  const target = POSTURE_OF[act];
  if (!target || since < arrives) return walking(since);
  const done = since - arrives;
  if (done < 1000 * into) {
    return {
      x: SPOT,
      posture: mix(postures.stand, target, done / (1000 * into)),
      isActing: false,
    };
  }
  const after = done - 1000 * into - lasts;
  if (after < 0) return { x: SPOT, posture: target, isActing: true };
  if (after < 1000 * back) {
    return {
      x: SPOT,
      posture: mix(target, postures.stand, after / (1000 * back)),
      isActing: false,
    };
  }
  return walking(arrives + after - 1000 * back);
}

/** What a visit broke. */
class VisitTruth {
  readonly #down = new Stretches();
  readonly #hand = new Stretches();
  readonly #phone = new Stretches();
  #climbedAt: number | null = null;
  #x = Number.NEGATIVE_INFINITY;

  step(at: number, act: Act, { x, isActing }: Situation, isHandIn: boolean): void {
    const fact = (isSo: boolean) => (isSo ? 'sure' : 'no');
    this.#down.step(at, fact(act === 'fall' && isActing));
    this.#hand.step(at, fact(isHandIn));
    this.#phone.step(at, fact(act === 'call' && isActing));
    if (act === 'climb' && this.#x < FENCE && x >= FENCE) this.#climbedAt = at;
    this.#x = x;
  }

  events(): Omit<TruthEvent, 'tracks'>[] {
    const of = (id: 'down' | 'hand' | 'phone', stretches: Stretches) => {
      const [confirm, clear] = TIMES[id];
      const rule = rules.find((one) => one.id === id)!;
      const times = { confirm: 1000 * confirm, clear: 1000 * clear, slack: 800 };
      return stretches.events(rule, times, iso);
    };
    const climbed = this.#climbedAt;
    return [
      ...of('down', this.#down),
      ...of('hand', this.#hand),
      ...of('phone', this.#phone),
      ...(climbed === null
        ? []
        : [
            {
              rule: 'climbing' as const,
              ruleId: 'climb',
              item: null,
              from: iso(climbed),
              to: iso(climbed),
              must: true,
              atMost: 1,
            },
          ]),
    ];
  }
}
