import type { Box, Pose } from '@anshi/contracts';
import type { Sighting } from './evidence.ts';
import type { PostureAnswer } from './posture-net.ts';
import { addSample, fillWindow, hipsDrop, INPUTS } from './posture-window.ts';
import type { BodyMemory } from './state.ts';

/**
 * How the rule person-down uses the posture network; also in models/operation/person-down.yaml with the
 * reasons.
 */
export const LEARNT = {
  /** A person lies from this probability on … */
  learntLying: 0.8,
  /** … and just fell from this one on. */
  learntFell: 0.6,
  /** Both for so long, within so long of each other, ms. */
  learntMs: 400,
  learntToLyingMs: 3_000,
  /** The shoulders came down by this share of the stature … */
  learntDrop: 0.15,
  /** … which is this share of their whole way down. */
  learntAtOnce: 0.8,
  /** The hips come down too, by this share of the stature: who lies down on what they sit on keeps them there. */
  hipsDrop: 0.07,
  /** After a fall the body lies on where the measures cannot tell, from this probability on. */
  learntLiesOn: 0.8,
  /** One whose fall the network found lies on from this one on … */
  learntStays: 0.1,
  /** … and no body does whose top has risen by this share of the stature. */
  learntRise: 0.2,
} as const;

/** Answers for the window of one person: the network, or what records the windows that it would get. */
export interface PostureJudge {
  answer(window: Float32Array): PostureAnswer;
  /** Asked also where the answer changes nothing. */
  readonly isAlwaysEvaluated?: true;
}

const NOTHING: PostureAnswer = { lying: 0, fell: 0 };

/** Filled for each person; the judge handles one at a time. */
const window = new Float32Array(INPUTS);

/**
 * What the network says of a person. It is asked where it can matter: of a body that came down, or fell.
 *
 * @param memory gets the sample.
 * @param shoulders their height in the picture; null where they are not seen.
 * @param net null where there is none.
 */
export function askNetwork(
  memory: BodyMemory,
  person: { readonly pose: Pose | null; readonly box: Box; readonly shoulders: number | null },
  at: number,
  picture: readonly [width: number, height: number],
  net: PostureJudge | null,
): PostureAnswer {
  if (!net) return NOTHING;
  addSample(memory.poseSamples, person.pose, person.box, at);
  const { shoulders } = person;
  const asks = shoulders !== null && (memory.fell || cameDown(memory, shoulders, at));
  if (!asks && !net.isAlwaysEvaluated) return NOTHING;
  fillWindow(memory.poseSamples, memory, picture, window);
  return net.answer(window);
}

/** Whether it comes down, or did in the last seconds. */
function cameDown({ trail, stature, learnt }: BodyMemory, shoulders: number, at: number): boolean {
  const fellAt = learnt?.fellAt ?? null;
  if (fellAt !== null && at - fellAt <= LEARNT.learntToLyingMs) return true;
  const least = LEARNT.learntDrop * (stature ?? 0);
  return trail.some(([time, , y]) => at - time <= LEARNT.learntToLyingMs && shoulders - y >= least);
}

/**
 * Joins the network to the measures of the body. It finds falls that they miss. After a fall, whichever of the two found it, it
 * says that the body lies on where they cannot tell, and where they take it for upright. It takes back no fall and no lying
 * that they see.
 *
 * @param measured what the measures say.
 * @param seen the upper edge of the box, and whether the shoulders come up.
 * @param memory modified: `fell`, where the network finds a fall.
 */
export function applyNetwork(
  memory: BodyMemory,
  answer: PostureAnswer,
  measured: Sighting,
  seen: { readonly top: number; readonly rises: boolean },
  at: number,
): Sighting {
  const { lying, fell } = answer;
  const { top, rises } = seen;
  const before = memory.learnt;
  const fellNow = fell >= LEARNT.learntFell && cameDownAtOnce(memory, at);
  const fellAt = fellNow ? at : (before?.fellAt ?? null);
  const lies = lying >= LEARNT.learntLying;
  const isSoon = fellAt !== null && at - fellAt <= LEARNT.learntToLyingMs;
  const since = lies && isSoon ? (before?.since ?? at) : null;
  const finds = since !== null && at - since >= LEARNT.learntMs && !memory.fell;
  const highest = isSoon ? Math.max(fell, before?.fell ?? 0) : fell;
  if (finds) {
    memory.fell = true;
    memory.fallAt = fellAt;
    memory.upAt = null;
    memory.downTop = top;
  } else if (memory.fell && lies && memory.downTop !== null) {
    // A body settles after the fall.
    memory.downTop = Math.max(memory.downTop, top);
  }
  const found = finds ? { lying, fell: highest } : (before?.found ?? null);
  memory.learnt = {
    lying,
    fell: highest,
    fellAt,
    since,
    found: memory.fell ? found : null,
  };
  return !rises && liesOn(memory, answer, top) ? 'holds' : measured;
}

/**
 * Whether a body that fell lies on: it has not risen. Where the network found the fall, the body may look like one that stands as soon as
 * the fall has left the window, so that a low probability is enough.
 */
export function liesOn(memory: BodyMemory, { lying }: PostureAnswer, top: number): boolean {
  const { fell, learnt, downTop, stature } = memory;
  const needed = learnt?.found ? LEARNT.learntStays : LEARNT.learntLiesOn;
  if (!fell || downTop === null || lying < needed) return false;
  return top >= downTop - LEARNT.learntRise * (stature ?? 0);
}

/** Whether the shoulders came down in one motion, as far as they are seen. */
function cameDownAtOnce({ trail, stature, poseSamples }: BodyMemory, at: number): boolean {
  const last = trail.at(-1);
  const hips = hipsDrop(poseSamples);
  if (!last || hips === null || hips < LEARNT.hipsDrop * (stature ?? 0)) return false;
  const highest = (ms: number) =>
    trail.reduce((least, [time, , y]) => (at - time <= ms ? Math.min(least, y) : least), last[2]);
  const drop = last[2] - highest(LEARNT.learntToLyingMs);
  const whole = last[2] - highest(Number.POSITIVE_INFINITY);
  return drop >= LEARNT.learntDrop * (stature ?? 0) && drop >= LEARNT.learntAtOnce * whole;
}
