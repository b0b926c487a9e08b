import type { Point } from '@anshi/contracts';
import type { Doubt } from './doubt.ts';
import { PairEvidence } from './evidence.ts';
import type { PathPlace } from './path.ts';
import { PATH_MS, type Segment } from './segment.ts';
import type { IdentifySettings } from './settings.ts';

/** Further from the mean of all cameras one of them sees another person, metres, beside the errors. */
const SPREAD = 0.5;
/** After a camera lost a person beside another one, a single other camera is not believed for this long, ms. */
const DOUBT_MS = 4_000;
/** Two cameras see a person come out of a doubt within this time, ms. */
const SAME_DOUBT_MS = 3_000;

/**
 * A person on the floor: the segments of all cameras that are surely of the same one. It lasts while one of them
 * does, so that what one camera cannot tell another one may. A name is of a body, never of a track.
 */
export class Body {
  /** That of its first segment. */
  readonly number: number;
  /** ms. */
  from: number;
  segments: Segment[];
  /** Evidence by badge. */
  readonly pairs = new Map<string, PairEvidence>();
  readonly #places = new Map<number, { x: number; y: number; n: number }>();
  /** Metres that it went, in steps of half a metre so that noise is no way. */
  way = 0;
  #wayFrom: Point;
  floor: Point;
  /** Where it was seen first. */
  readonly entry: Point;
  /** Badges whose wearer went into the doubt that this person came out of. */
  readonly expected = new Set<string>();
  /** That doubt, and how many people went in; null where it came out of none. */
  cameFrom: { readonly doubt: Doubt; readonly people: number; readonly isOpen: boolean } | null =
    null;
  /** Those who came out of the doubt that it went into. */
  readonly heirs: Body[] = [];
  /** All who went into that doubt came out of it again, and no other person did. */
  isOneOfThem = false;
  /** One of its cameras may have taken another person for it now. */
  isDoubtful = false;
  /** The older one that took it in; null where none did. */
  into: Body | null = null;
  /** It was taken for one person and is not: nothing is said of it any more. */
  isParted = false;
  /** When a second badge followed it last, ms. */
  rivalledAt = Number.NEGATIVE_INFINITY;
  /** Badges that followed it, or one who went into its doubt, beside another one: when last, ms. */
  readonly rivals = new Map<string, number>();
  /** When another person was so near that a camera could exchange them last, ms. */
  besideAt = Number.NEGATIVE_INFINITY;
  /** The badge that fulfils all that a new name needs, and since when, ms. */
  proved: { readonly handle: string; readonly at: number } | null = null;
  /** The badge that is confirmed on it. */
  name: string | null = null;
  /** The one that was confirmed on it last. */
  called: string | null = null;

  constructor(segment: Segment) {
    this.number = segment.number;
    this.from = segment.from;
    this.segments = [segment];
    this.floor = segment.floor;
    this.entry = segment.floor;
    this.#wayFrom = segment.floor;
  }

  /** When it was seen last, ms. */
  get at(): number {
    return Math.max(...this.segments.map((segment) => segment.at));
  }

  get open(): Segment[] {
    return this.segments.filter(({ isClosed }) => !isClosed);
  }

  /** Mean over the cameras that saw it then; undefined where none did. */
  placeAt(at: number): PathPlace | undefined {
    let [x, y, variance, n] = [0, 0, 0, 0];
    for (const { path } of this.segments) {
      const place = path.placeAt(at);
      if (!place) continue;
      x += place.x;
      y += place.y;
      variance += place.variance;
      n++;
    }
    return n === 0 ? undefined : { x: x / n, y: y / n, variance: variance / n };
  }

  /** Takes note of where it is, once for each decision. */
  note(at: number, { correlationMs }: IdentifySettings): void {
    this.segments = this.segments.filter((one) => !one.isClosed || one.at > at - PATH_MS);
    const place = this.placeAt(at);
    if (!place) return;
    const { open } = this;
    const isInDoubt = this.segments.some(
      ({ contactAt }) => contactAt !== null && contactAt > at - DOUBT_MS,
    );
    // One camera is left whose tracker sees no second person where others saw one.
    const isOneLeft = open.length === 1 && isInDoubt;
    const isSpread = open.some(({ path }) => {
      const own = path.placeAt(at);
      if (!own) return false;
      const most = SPREAD + Math.sqrt(own.variance + place.variance);
      return Math.hypot(own.x - place.x, own.y - place.y) > most;
    });
    this.isDoubtful = isOneLeft || isSpread;
    this.floor = [place.x, place.y];
    const { cameFrom } = this;
    this.isOneOfThem ||=
      cameFrom !== null && !cameFrom.isOpen && cameFrom.doubt.left >= cameFrom.people;
    const bin = Math.floor(at / correlationMs);
    const known = this.#places.get(bin) ?? { x: 0, y: 0, n: 0 };
    this.#places.set(bin, { x: known.x + place.x, y: known.y + place.y, n: known.n + 1 });
    if (this.#places.size > 64) this.#places.delete(this.#places.keys().next().value!);
    const step = Math.hypot(place.x - this.#wayFrom[0], place.y - this.#wayFrom[1]);
    if (step < 0.5) return;
    this.way += step;
    this.#wayFrom = this.floor;
  }

  /** Mean place in a bin of time, metres. */
  placeIn(bin: number): Point | undefined {
    const place = this.#places.get(bin);
    return place && [place.x / place.n, place.y / place.n];
  }

  pairWith(badge: string): PairEvidence {
    let pair = this.pairs.get(badge);
    if (!pair) {
      pair = new PairEvidence();
      this.pairs.set(badge, pair);
    }
    return pair;
  }

  /** A badge is no longer to be used. */
  forget(badge: string): void {
    this.pairs.delete(badge);
    this.expected.delete(badge);
    this.rivals.delete(badge);
    if (this.name === badge) this.name = null;
    if (this.called === badge) this.called = null;
    if (this.proved?.handle === badge) this.proved = null;
  }

  /** Nothing of badges stays of one who is not followed any more. */
  clear(): void {
    for (const known of [this.pairs, this.expected, this.rivals]) known.clear();
  }

  /** Takes another one in, which is the same person. */
  absorb(other: Body): void {
    this.from = Math.min(this.from, other.from);
    this.rivalledAt = Math.max(this.rivalledAt, other.rivalledAt);
    for (const [badge, at] of other.rivals)
      this.rivals.set(badge, Math.max(at, this.rivals.get(badge) ?? at));
    this.segments = [...this.segments, ...other.segments].sort((a, b) => a.number - b.number);
    this.way = Math.max(this.way, other.way);
    // Two cameras saw it come out of the doubt, and one of them did not see who went in.
    const takesOver = this.cameFrom === null && this.from > other.from - SAME_DOUBT_MS;
    if (takesOver) {
      this.cameFrom = other.cameFrom;
      this.isOneOfThem = other.isOneOfThem;
      for (const badge of other.expected) this.expected.add(badge);
    }
    for (const [badge, pair] of other.pairs) {
      const own = this.pairWith(badge);
      if (takesOver) own.before = pair.before;
      own.absorb(pair);
    }
    for (const [bin, { x, y, n }] of other.#places) {
      const known = this.#places.get(bin) ?? { x: 0, y: 0, n: 0 };
      this.#places.set(bin, { x: known.x + x, y: known.y + y, n: known.n + n });
    }
    // Two people with a name each were never one: what each was called is in doubt.
    if (this.name !== other.name && this.name !== null && other.name !== null) this.name = null;
    else this.name ??= other.name;
    this.called ??= other.called;
  }
}
