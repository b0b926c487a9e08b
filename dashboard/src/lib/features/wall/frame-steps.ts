import type { Observation, TrackedPerson } from '@anshi/contracts';

type Located = Observation & { rtpTimestamp: number };
type Pose = NonNullable<TrackedPerson['pose']>;

const TICKS_PER_MS = 90;
/** A frame's time may be rounded to the next tick on its way. */
const SAME_FRAME_TICKS = 45;
const KEPT_MS = 8_000;
/** Frames further apart are not joined by a movement. */
const LONGEST_GAP_MS = 1_500;
/** People are moved on by their speed for so long after the last observation. */
const LONGEST_LEAD_MS = 300;
/** A step of this size is another stream. */
export const OTHER_STREAM_MS = 10_000;

/** Milliseconds from one RTP timestamp to another, over the wrap-around of 32 bits. */
export const msBetween = (from: number, to: number): number => ((to - from) | 0) / TICKS_PER_MS;

/** The people of a frame. */
export interface SteppedFrame {
  people: TrackedPerson[];
  /** The observation that they are from. */
  observation: Observation;
}

/**
 * Finds the people of each frame of a live picture among the observations of its camera. Fewer frames are
 * analysed than shown: in between, boxes and poses move on straight lines.
 */
export class FrameSteps {
  #items: Located[] = [];

  /** Takes an observation. One that does not name its frame ends what is known of the stream. */
  add(observation: Observation): void {
    const { rtpTimestamp } = observation;
    if (rtpTimestamp === undefined) {
      this.#items = [];
      return;
    }
    const last = this.#items.at(-1);
    const step = last ? msBetween(last.rtpTimestamp, rtpTimestamp) : 0;
    if (Math.abs(step) > OTHER_STREAM_MS) this.#items = [];
    else if (last && step <= 0) return;
    this.#items.push({ ...observation, rtpTimestamp });
    while (msBetween(this.#items[0]?.rtpTimestamp ?? rtpTimestamp, rtpTimestamp) > KEPT_MS)
      this.#items.shift();
  }

  /** Whether the observations name their frames. */
  get knowsFrames(): boolean {
    return this.#items.length > 0;
  }

  clear(): void {
    this.#items = [];
  }

  /**
   * The people of the frame with this RTP timestamp; null where none was analysed near it: then nothing
   * is drawn, since an old box would be at the wrong place.
   */
  at(rtpTimestamp: number): SteppedFrame | null {
    const index = this.#items.findLastIndex(
      (item) => ((rtpTimestamp - item.rtpTimestamp) | 0) >= -SAME_FRAME_TICKS,
    );
    const before = this.#items[index];
    if (!before) return null;
    const passed = Math.max(0, msBetween(before.rtpTimestamp, rtpTimestamp));
    const after = this.#items[index + 1];
    const gap = after
      ? msBetween(before.rtpTimestamp, after.rtpTimestamp)
      : Number.POSITIVE_INFINITY;
    if (after && gap <= LONGEST_GAP_MS) {
      const share = passed / gap;
      const people = before.people.map((person) => {
        const later = after.people.find(({ track }) => track === person.track);
        return later ? between(person, later, share) : ahead(person, passed);
      });
      return { people, observation: before };
    }
    if (passed > LONGEST_LEAD_MS) return null;
    return { people: before.people.map((person) => ahead(person, passed)), observation: before };
  }
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;

function between(person: TrackedPerson, later: TrackedPerson, share: number): TrackedPerson {
  const [left, top, right, bottom] = person.box;
  const to = later.box;
  return {
    ...person,
    box: [
      mix(left, to[0], share),
      mix(top, to[1], share),
      mix(right, to[2], share),
      mix(bottom, to[3], share),
    ],
    pose: person.pose && later.pose ? poseBetween(person.pose, later.pose, share) : person.pose,
  };
}

function poseBetween(pose: Pose, later: Pose, share: number): Pose {
  return {
    score: pose.score,
    keypoints: pose.keypoints.map(([x, y, score], i) => {
      const [x2, y2, score2] = later.keypoints[i] ?? [x, y, score];
      return [mix(x, x2, share), mix(y, y2, share), Math.min(score, score2)];
    }),
  };
}

/** A person some milliseconds later, by their speed. */
function ahead(person: TrackedPerson, ms: number): TrackedPerson {
  const [right, down] = person.velocity ?? [0, 0];
  const [x, y] = [(right * ms) / 1000, (down * ms) / 1000];
  const { box, pose } = person;
  return {
    ...person,
    box: [box[0] + x, box[1] + y, box[2] + x, box[3] + y],
    pose: pose && {
      ...pose,
      keypoints: pose.keypoints.map(([px, py, score]) => [px + x, py + y, score]),
    },
  };
}
