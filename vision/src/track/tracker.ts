import type { Box } from '@anshi/contracts';
import { assign } from '../assign.ts';
import { iou } from '../boxes.ts';
import { type BoxFilter, boxOf, correctBox, predictBox, startBox } from './box-filter.ts';

export interface TrackerSettings {
  /** Begins every track's name; unique to this run of the worker. */
  readonly prefix: string;
  /** Boxes at or above this score take part in the first association. */
  readonly trust: number;
  /** A box has to have this score to begin a track. */
  readonly begin: number;
  /** How long a track that is not seen is looked for. */
  readonly lostSeconds: number;
}

/** A person that was seen in the frame just given. */
export interface TrackedBox {
  readonly track: string;
  /** Filtered, pixels. */
  readonly box: Box;
  readonly score: number;
}

interface Track {
  name: string;
  filter: BoxFilter;
  score: number;
  /** Seen in two frames at least; a younger one that is missed once is forgotten. */
  confirmed: boolean;
  /** How often it was seen well, and when last. */
  sure: number;
  sureAt: number;
  /** Since it was seen well, it was gone on with by little, elsewhere or after it was lost. */
  resumed: boolean;
  /** Filtered, when it was last seen. */
  seenBox: Box;
  seenAt: number;
  /** Number of the frame it was last seen in: two frames may be of one moment. */
  seenIn: number;
  startedAt: number;
}

/** The frame that is taken, by the tracker's own clock in seconds and by its number. */
interface Moment {
  readonly now: number;
  readonly frame: number;
}

interface Candidate {
  readonly box: Box;
  readonly score: number;
  /**
   * Not enough to begin a track, and more than a weak box: a weak box goes on with a track that was
   * seen in the last frame, this with one that is looked for.
   */
  readonly resumes?: true;
}

/** Limits of 1 - IoU * score and 1 - IoU, from the paper's code. */
const FIRST_LIMIT = 0.8;
const SECOND_LIMIT = 0.5;
const NEW_LIMIT = 0.8;
/** A clock that falls back by more than this was set anew, seconds. */
const CLOCK_SET_BACK = 10;
/** Who was seen well so often, and that not long ago, is gone on with where only little is seen. */
const RESUMABLE = { sightings: 3, seconds: 8 };
/** What is too little to begin a track is of somebody who was seen in this frame, if it overlaps this much. */
const OF_SOMEBODY_SEEN = 0.3;
/** Two tracks that overlap this much follow one person. */
const SAME = 0.8;
/** How far people may stray from the prediction: box heights a second, and box heights at most. */
const REACH = { perSecond: 0.3, most: 0.08 };
/** A track seen once has no speed yet, and people walk and run. */
const YOUNG_REACH = { perSecond: 0.8, most: 0.2 };

/**
 * ByteTrack (Zhang et al. 2022, arXiv 2110.06864): every box counts. Confident ones are paired with
 * all tracks first; what is left of the tracks seen last is paired with the weak boxes, which are
 * people half hidden more often than nothing. Time steps are those of the frames.
 */
export class Tracker {
  readonly #settings: TrackerSettings;
  #tracks: Track[] = [];
  #count = 0;
  #frame = 0;
  /** Seconds on this tracker's own clock, which never runs back. */
  #now: number | undefined;
  /** What that clock is ahead of the frames' clock. */
  #ahead = 0;

  constructor(settings: TrackerSettings) {
    this.#settings = settings;
  }

  /** How many tracks are kept, seen or looked for. */
  get size(): number {
    return this.#tracks.length;
  }

  /**
   * @param at time of the frame, milliseconds. A time that is not later than the last one counts
   *   as the same moment; a clock that was set back is followed.
   * @returns the people seen in this frame.
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
    // A thing that looks a little like a person must not keep for ever whom it was taken for.
    const seenLast = first.tracks.filter(
      (track) => track.seenIn === frame - 1 && (!track.resumed || isResumable(track, now)),
    );
    const second = pair(seenLast, weak, moment, (overlap) => 1 - overlap, SECOND_LIMIT);
    const goneOn = goOnByLittle(settled, resuming, moment);
    // What little is drawn there is of the same person, and confirms nobody new.
    const isFree = ({ box, score }: Candidate) =>
      score >= begin || !goneOn.some((track) => iou(track.seenBox, box) >= OF_SOMEBODY_SEEN);
    const third = pair(
      young,
      first.boxes.filter(isFree),
      moment,
      (overlap, score) => 1 - overlap * score,
      NEW_LIMIT,
    );
    // Not in the paper: at a few frames a second a newcomer at the edge of the picture is easily
    // half hidden in the second frame.
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
      .map((track) => ({ track: track.name, box: boxOf(track.filter), score: track.score }));
  }

  /**
   * Where the people seen last are expected to be at `at`, milliseconds.
   *
   * @param missedSeconds so long ago may somebody have been seen last whose track is settled.
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

  /** Of two tracks on one person the one seen longer stays. */
  #dropDoubles(frame: number): void {
    const boxes = this.#tracks.map((track) => boxOf(track.filter));
    const dropped = new Set<Track>();
    for (let i = 0; i < boxes.length; i++) {
      for (let j = i + 1; j < boxes.length; j++) {
        const [a, b] = [this.#tracks[i]!, this.#tracks[j]!];
        // Two tracks that both have a box of their own in this frame are two people.
        if (a.seenIn === frame && b.seenIn === frame) continue;
        if (iou(boxes[i]!, boxes[j]!) < SAME) continue;
        dropped.add(a.seenAt - a.startedAt >= b.seenAt - b.startedAt ? b : a);
      }
    }
    if (dropped.size > 0) this.#tracks = this.#tracks.filter((track) => !dropped.has(track));
  }
}

/** Whether the track was seen well often, and not long ago. */
function isResumable({ sure, sureAt }: Track, now: number): boolean {
  return sure >= RESUMABLE.sightings && now - sureAt <= RESUMABLE.seconds;
}

/**
 * Goes on with tracks that nothing else in this frame is of. Not in the paper: whoever falls is seen
 * worst while they fall, and is somewhere else after it.
 *
 * @returns the tracks that were gone on with.
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
  // Little in the place of somebody seen last is as good as a weak box there.
  const seenLast = unseen.filter((track) => track.seenIn === frame - 1);
  const there = pair(seenLast, ofNobodySeen, moment, (overlap) => 1 - overlap, SECOND_LIMIT);
  const lost = unseen.filter((track) => track.seenIn !== frame);
  pair(lost, there.boxes, moment, (overlap) => 1 - overlap, NEW_LIMIT, lastPlace);
  for (const track of lost) track.resumed ||= track.seenIn === frame;
  return unseen.filter((track) => track.seenIn === frame);
}

/** Where a fall ends, no speed tells: it is near where it was seen. */
const lastPlace = ({ seenBox }: Track): Box => seenBox;

/** Pairs tracks and boxes, corrects the paired tracks and gives what is left of both. */
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
