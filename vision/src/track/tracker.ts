import type { Box } from '@anshi/contracts';
import { assign } from '../assign.ts';
import { iou } from '../boxes.ts';
import { type BoxFilter, boxOf, correctBox, predictBox, startBox } from './box-filter.ts';

export interface TrackerSettings {
  /** Prefix of the track ids; unique to this run of the worker. */
  readonly prefix: string;
  /** Score threshold of the first association. */
  readonly trust: number;
  /** Score threshold to start a track. */
  readonly begin: number;
  /** How long a lost track is kept. */
  readonly lostSeconds: number;
}

/** A person of the current frame. */
export interface TrackedBox {
  readonly track: string;
  /** Filtered, pixels. */
  readonly box: Box;
  readonly score: number;
  /** Of the box's centre, pixels a second to the right and down. */
  readonly velocity: [number, number];
}

interface Track {
  name: string;
  filter: BoxFilter;
  score: number;
  /** Seen in at least two frames; a younger one is dropped when it is missed once. */
  confirmed: boolean;
  /** Number and time of the confident sightings. */
  sure: number;
  sureAt: number;
  /**
   * Since the last confident sighting it was continued by a low-score pose, elsewhere or after it
   * was lost.
   */
  resumed: boolean;
  /** Filtered, at the last sighting. */
  seenBox: Box;
  seenAt: number;
  /** Number of the last frame it was seen in: two frames may have one time. */
  seenIn: number;
  startedAt: number;
}

/** The current frame: the tracker's own clock in seconds, and its number. */
interface Moment {
  readonly now: number;
  readonly frame: number;
}

interface Candidate {
  readonly box: Box;
  readonly score: number;
  /**
   * Too low a score to start a track, but more reliable than a low-score box: the box continues a
   * track of the last frame only, this also a lost one.
   */
  readonly resumes?: true;
}

/** Limits of 1 - IoU * score and 1 - IoU, from the paper's code. */
const FIRST_LIMIT = 0.8;
const SECOND_LIMIT = 0.5;
const NEW_LIMIT = 0.8;
/** A larger step back means that the clock was set, seconds. */
const CLOCK_SET_BACK = 10;
/**
 * Number and age of confident sightings of an established track, which a low-score pose may
 * continue.
 */
const RESUMABLE = { sightings: 3, seconds: 8 };
/**
 * Least overlap at which a detection that cannot start a track belongs to a person of this frame.
 */
const OF_SOMEBODY_SEEN = 0.3;
/** Two tracks with this overlap follow one person. */
const SAME = 0.8;
/**
 * Search radius around the prediction: growth in box heights per second, and maximum in box
 * heights.
 */
const REACH = { perSecond: 0.3, most: 0.08 };
/** A track seen once has no speed yet, and people walk and run. */
const YOUNG_REACH = { perSecond: 0.8, most: 0.2 };

/**
 * ByteTrack (Zhang et al. 2022, arXiv 2110.06864): every box counts. High-score boxes are matched
 * with all tracks first; the remaining tracks of the last frame are matched with low-score boxes,
 * which are mostly people half hidden. Time steps are those of the frames.
 */
export class Tracker {
  readonly #settings: TrackerSettings;
  #tracks: Track[] = [];
  #count = 0;
  #frame = 0;
  /** Seconds on this tracker's own monotonic clock. */
  #now: number | undefined;
  /** Offset of that clock to the frames' clock. */
  #ahead = 0;

  constructor(settings: TrackerSettings) {
    this.#settings = settings;
  }

  /** Number of tracks, visible or lost. */
  get size(): number {
    return this.#tracks.length;
  }

  /**
   * @param at time of the frame, milliseconds. A time that is not later than the last one counts as
   *   the same moment; a clock that was set back is followed.
   * @returns the people of this frame.
   */
  update(at: number, people: readonly Candidate[]): TrackedBox[] {
    const { trust, begin, lostSeconds, prefix } = this.#settings;
    let now = at / 1000 + this.#ahead;
    if (this.#now !== undefined && now < this.#now) {
      if (this.#now - now > CLOCK_SET_BACK) this.#ahead += this.#now - now;
      now = this.#now;
    }
    const step = this.#now === undefined ? 0 : now - this.#now;
    const frame = ++this.#frame;
    this.#now = now;
    for (const track of this.#tracks) predictBox(track.filter, step);
    this.#tracks = this.#tracks.filter((track) => now - track.seenAt <= lostSeconds);

    const moment = { now, frame };
    const resuming = people.filter(({ resumes }) => resumes);
    const strong = people.filter(({ score, resumes }) => score >= trust && !resumes);
    const weak = people.filter(({ score, resumes }) => score < trust && !resumes);
    const settled = this.#tracks.filter((track) => track.confirmed);
    const young = this.#tracks.filter((track) => !track.confirmed);

    const first = pair(
      settled,
      strong,
      moment,
      (overlap, score) => 1 - overlap * score,
      FIRST_LIMIT,
    );
    for (const track of settled) {
      if (track.seenIn !== frame) continue;
      track.sure++;
      track.sureAt = now;
      track.resumed = false;
    }
    // An object mistaken for the person must not keep the track for ever.
    const seenLast = first.tracks.filter(
      (track) => track.seenIn === frame - 1 && (!track.resumed || isResumable(track, now)),
    );
    const second = pair(seenLast, weak, moment, (overlap) => 1 - overlap, SECOND_LIMIT);
    const goneOn = goOnByLittle(settled, resuming, moment);
    // A low-score detection there belongs to the same person, and confirms no new track.
    const isFree = ({ box, score }: Candidate) =>
      score >= begin || !goneOn.some((track) => iou(track.seenBox, box) >= OF_SOMEBODY_SEEN);
    const third = pair(
      young,
      first.boxes.filter(isFree),
      moment,
      (overlap, score) => 1 - overlap * score,
      NEW_LIMIT,
    );
    // Not in the paper: at a few frames per second a person entering the picture is easily half
    // hidden in the second frame.
    const half = second.boxes.filter(isFree);
    pair(third.tracks, half, moment, (overlap) => 1 - overlap, SECOND_LIMIT);
    for (const track of young) track.confirmed = track.seenIn === frame;
    this.#tracks = this.#tracks.filter((track) => track.confirmed);

    for (const { box, score } of third.boxes) {
      if (score < begin) continue;
      this.#tracks.push({
        name: `${prefix}-${++this.#count}`,
        filter: startBox(box),
        score,
        confirmed: false,
        sure: 1,
        sureAt: now,
        resumed: false,
        seenBox: box,
        seenAt: now,
        seenIn: frame,
        startedAt: now,
      });
    }
    this.#dropDoubles(frame);
    return this.#tracks
      .filter((track) => track.seenIn === frame)
      .map(({ name, filter, score }) => ({
        track: name,
        box: boxOf(filter),
        score,
        velocity: [filter.x.rate, filter.y.rate],
      }));
  }

  /**
   * Predicted boxes of recently seen people at `at`, milliseconds.
   *
   * @param missedSeconds maximum age of the last sighting of an established track.
   */
  expect(at: number, missedSeconds = 0): { track: string; box: Box }[] {
    const now = this.#now;
    if (now === undefined) return [];
    const ahead = Math.min(1, Math.max(0, at / 1000 + this.#ahead - now));
    return this.#tracks
      .filter(
        ({ seenIn, confirmed, seenAt }) =>
          seenIn === this.#frame || (confirmed && now - seenAt <= missedSeconds),
      )
      .map((track) => {
        const filter = structuredClone(track.filter);
        predictBox(filter, ahead);
        return { track: track.name, box: boxOf(filter) };
      });
  }

  /** Of two tracks on one person the older one stays. */
  #dropDoubles(frame: number): void {
    const boxes = this.#tracks.map((track) => boxOf(track.filter));
    const dropped = new Set<Track>();
    for (let i = 0; i < boxes.length; i++) {
      for (let j = i + 1; j < boxes.length; j++) {
        const [a, b] = [this.#tracks[i]!, this.#tracks[j]!];
        // Two tracks with a box each in this frame are two people.
        if (a.seenIn === frame && b.seenIn === frame) continue;
        if (iou(boxes[i]!, boxes[j]!) < SAME) continue;
        dropped.add(a.seenAt - a.startedAt >= b.seenAt - b.startedAt ? b : a);
      }
    }
    if (dropped.size > 0) this.#tracks = this.#tracks.filter((track) => !dropped.has(track));
  }
}

/** Whether the track has enough recent confident sightings. */
function isResumable({ sure, sureAt }: Track, now: number): boolean {
  return sure >= RESUMABLE.sightings && now - sureAt <= RESUMABLE.seconds;
}

/**
 * Continues tracks without another match in this frame. Not in the paper: a falling person is
 * detected worst during the fall, and is elsewhere afterwards.
 *
 * @returns the continued tracks.
 */
function goOnByLittle(
  settled: readonly Track[],
  resuming: readonly Candidate[],
  moment: Moment,
): Track[] {
  const { now, frame } = moment;
  const seen = settled.filter((track) => track.seenIn === frame);
  const unseen = settled.filter((track) => track.seenIn !== frame && isResumable(track, now));
  const ofNobodySeen = resuming.filter(
    ({ box }) => !seen.some((track) => iou(track.seenBox, box) >= OF_SOMEBODY_SEEN),
  );
  // At the place of a recently seen person, it is as good as a low-score box there.
  const seenLast = unseen.filter((track) => track.seenIn === frame - 1);
  const there = pair(seenLast, ofNobodySeen, moment, (overlap) => 1 - overlap, SECOND_LIMIT);
  const lost = unseen.filter((track) => track.seenIn !== frame);
  pair(lost, there.boxes, moment, (overlap) => 1 - overlap, NEW_LIMIT, lastPlace);
  for (const track of lost) track.resumed ||= track.seenIn === frame;
  return unseen.filter((track) => track.seenIn === frame);
}

/** The end of a fall is not predicted by the speed: it is near the last place. */
const lastPlace = ({ seenBox }: Track): Box => seenBox;

/** Matches tracks and boxes, updates the matched tracks and returns the rest of both. */
function pair(
  tracks: Track[],
  boxes: readonly Candidate[],
  moment: Moment,
  cost: (overlap: number, score: number) => number,
  limit: number,
  placeOf: (track: Track) => Box = ({ filter }) => boxOf(filter),
): { tracks: Track[]; boxes: Candidate[] } {
  const expected = tracks.map((track) => {
    const { perSecond, most } = track.confirmed ? REACH : YOUNG_REACH;
    const reach =
      Math.min(most, perSecond * (moment.now - track.seenAt)) * track.filter.height.value;
    return { box: widen(placeOf(track), reach), reach };
  });
  const pairs = assign(
    tracks.length,
    boxes.length,
    (t, b) => {
      const { box, reach } = expected[t]!;
      return cost(iou(box, widen(boxes[b]!.box, reach)), boxes[b]!.score);
    },
    limit,
  );
  const usedTracks = new Set<number>();
  const usedBoxes = new Set<number>();
  for (const [t, b] of pairs) {
    usedTracks.add(t);
    usedBoxes.add(b);
    const track = tracks[t]!;
    const { box, score } = boxes[b]!;
    correctBox(track.filter, box, Math.max(1, 1.5 - score));
    track.score = score;
    track.seenBox = boxOf(track.filter);
    track.seenAt = moment.now;
    track.seenIn = moment.frame;
  }
  return {
    tracks: tracks.filter((_, i) => !usedTracks.has(i)),
    boxes: boxes.filter((_, i) => !usedBoxes.has(i)),
  };
}

function widen([left, top, right, bottom]: Box, by: number): Box {
  return [left - by, top - by, right + by, bottom + by];
}
