import type { Box, CameraConfig, Point, TrackedPerson } from '@anshi/contracts';
import type { Random } from '@anshi/contracts/testing/random';
import type { Person } from './people.ts';
import { boxOf, clip, PICTURE, shareInPicture, toFloor, winds } from './view.ts';

/** What detector and tracker get wrong, as rates of a person in sight. */
const NOISE = {
  /** Share of single frames in which a person is not detected. */
  missed: 0.04,
  /** Longer times without detection: mean time between them and longest, s. */
  burstEvery: 45,
  burstLongest: 4,
  /** A new track without a reason: mean time, s. */
  newTrackEvery: 60,
  /** A tracker forgets a person after this time without detection, ms; before, with this probability. */
  forgetsMs: 2_500,
  forgetsSooner: 0.1,
  /** A person is hidden where another one before them covers this share of their box, mostly. */
  covered: 0.6,
  hidden: 0.85,
  /**
   * Two people who covered each other and moved alike exchange their tracks with this probability: a
   * tracker that predicts motion does not confuse one who stands with one who passes.
   */
  exchange: 0.03,
  alike: 0.5,
  /** Standard deviations as shares of the height: edges of the box. */
  edge: 0.015,
  foot: 0.015,
  /** Mean time between false detections, s, and how many frames one lasts at most. */
  ghostEvery: 240,
  ghostFrames: 2,
  /** Heads that say nothing, and wrong ones: single, and for up to two seconds each so many seconds. */
  unknown: 0.15,
  wrong: 0.02,
  wrongEvery: 150,
} as const;

interface Seen {
  track: string;
  seenAt: number;
  missedUntil: number;
  wrongUntil: number;
}

/** What a frame shows, and who could be seen in it. */
export interface Sight {
  readonly people: TrackedPerson[];
  /** Ids of people who were detected. */
  readonly detected: ReadonlySet<string>;
}

/** Turns people on a floor into what a detector and a tracker say of them, with their errors. */
export class Sensor {
  readonly #random: Random;
  readonly #zones: CameraConfig['zones'];
  readonly #seen = new Map<string, Seen>();
  readonly #tracks = new Map<string, string[]>();
  readonly #mixed = new Set<string>();
  #count = 0;
  #ghost: { frames: number; box: Box; track: string } | undefined;

  constructor(random: Random, zones: CameraConfig['zones']) {
    this.#random = random;
    this.#zones = zones;
  }

  /** The tracks that a person had, also by mistake. */
  tracksOf(person: string): string[] {
    return this.#tracks.get(person) ?? [];
  }

  /** @param stepMs since the frame before. */
  look(people: readonly Person[], at: number, stepMs: number): Sight {
    const { chance, between } = this.#random;
    const often = (everySeconds: number) => chance(stepMs / 1000 / everySeconds);
    const bodies = people
      .map((person) => ({ person, ...person.at(at), box: boxOf(person.at(at).place) }))
      .filter(({ box }) => shareInPicture(box) >= 0.25);
    const detected = new Set<string>();
    const found: TrackedPerson[] = [];
    for (const body of bodies) {
      const memory = this.#memoryOf(body.person.id, at);
      if (often(NOISE.burstEvery)) {
        memory.missedUntil = at + 1000 * between(0.4, NOISE.burstLongest);
      }
      const cover = bodies.filter(
        (other) => other.box[3] > body.box[3] && coverOf(body.box, other.box) >= NOISE.covered,
      );
      for (const other of cover) {
        const isAlike = Math.abs(other.speed - body.speed) < NOISE.alike;
        if (isAlike) this.#maybeExchange(body.person.id, other.person.id);
      }
      if (cover.length > 0 && chance(NOISE.hidden)) continue;
      if (at < memory.missedUntil || chance(NOISE.missed)) continue;
      this.#keepTrack(body.person.id, memory, at, often(NOISE.newTrackEvery));
      if (often(NOISE.wrongEvery)) memory.wrongUntil = at + 1000 * between(0.4, 2);
      detected.add(body.person.id);
      found.push(this.#person(memory.track, body.box, this.#helmet(body.person, memory, at)));
    }
    const ghost = this.#ghostNow(often(NOISE.ghostEvery));
    if (ghost) found.push(ghost);
    // A frame has no order.
    return { people: found.sort(() => this.#random.unit() - 0.5), detected };
  }

  #memoryOf(id: string, at: number): Seen {
    const known = this.#seen.get(id);
    if (known) return known;
    const fresh = { track: '', seenAt: at, missedUntil: 0, wrongUntil: 0 };
    this.#seen.set(id, fresh);
    return fresh;
  }

  #keepTrack(id: string, memory: Seen, at: number, isLost: boolean): void {
    const away = at - memory.seenAt;
    const forgotten =
      away > NOISE.forgetsMs || (away > 400 && this.#random.chance(NOISE.forgetsSooner));
    if (memory.track === '' || forgotten || isLost) memory.track = `T${++this.#count}`;
    memory.seenAt = at;
    const tracks = this.#tracks.get(id) ?? [];
    if (tracks.at(-1) !== memory.track) this.#tracks.set(id, [...tracks, memory.track]);
  }

  /** At most once for two people. */
  #maybeExchange(a: string, b: string): void {
    const pair = [a, b].sort().join(' ');
    if (this.#mixed.has(pair)) return;
    this.#mixed.add(pair);
    const [one, two] = [this.#seen.get(a), this.#seen.get(b)];
    if (!one?.track || !two?.track || !this.#random.chance(NOISE.exchange)) return;
    [one.track, two.track] = [two.track, one.track];
  }

  #helmet({ helmet }: Person, { wrongUntil }: Seen, at: number): 'worn' | 'missing' | 'unknown' {
    if (this.#random.chance(NOISE.unknown)) return 'unknown';
    const isWrong = at < wrongUntil || this.#random.chance(NOISE.wrong);
    return helmet !== isWrong ? 'worn' : 'missing';
  }

  #person(track: string, exact: Box, helmet: 'worn' | 'missing' | 'unknown'): TrackedPerson {
    const { normal, between } = this.#random;
    const height = exact[3] - exact[1];
    const noisy = exact.map(
      (value, i) => value + normal(height * (i === 3 ? NOISE.foot : NOISE.edge)),
    ) as Box;
    const box = clip(noisy);
    const foot: Point = [(box[0] + box[2]) / 2, box[3]];
    const place: Point = [
      Math.min(PICTURE[0] - 2, Math.max(2, foot[0])),
      Math.min(PICTURE[1] - 2, Math.max(2, foot[1])),
    ];
    const floor = toFloor(foot);
    return {
      track,
      box,
      score: between(0.5, 0.95),
      floor,
      floorDeviation: 0.1 + 0.02 * Math.max(0, floor[1]),
      equipment: { helmet },
      pose: null,
      zones: this.#zones.filter(({ polygon }) => winds(place, polygon) !== 0).map(({ id }) => id),
      violations: [],
    };
  }

  #ghostNow(begins: boolean): TrackedPerson | undefined {
    const { between } = this.#random;
    if (begins && !this.#ghost) {
      const frames = Math.ceil(between(0, NOISE.ghostFrames));
      const box = boxOf([between(3, 13), between(2, 10)]);
      this.#ghost = { frames, box, track: `G${++this.#count}` };
    }
    const ghost = this.#ghost;
    if (!ghost) return undefined;
    if (--ghost.frames <= 0) this.#ghost = undefined;
    return this.#person(ghost.track, ghost.box, 'unknown');
  }
}

/** Share of a box that another one covers. */
function coverOf([left, top, right, bottom]: Box, other: Box): number {
  const width = Math.min(right, other[2]) - Math.max(left, other[0]);
  const height = Math.min(bottom, other[3]) - Math.max(top, other[1]);
  return width <= 0 || height <= 0 ? 0 : (width * height) / ((right - left) * (bottom - top));
}
