import type { Point } from '@anshi/contracts';
import { Body } from './body.ts';
import { Sameness } from './sameness.ts';
import type { Segment } from './segment.ts';
import type { Unclear } from './segments.ts';
import type { IdentifySettings } from './settings.ts';

/** Metres a second. */
const WALK = 1.4;

/** Puts the segments of all cameras together to people on the floor. */
export class Bodies {
  readonly #settings: IdentifySettings;
  readonly #sameness = new Sameness();
  #bodies: Body[] = [];
  readonly #of = new Map<Segment, Body>();
  /** Names that were lost with their bodies a moment ago. */
  #lost: { badge: string; at: number; floor: Point }[] = [];

  constructor(settings: IdentifySettings) {
    this.#settings = settings;
  }

  /** In the order of their first segments. */
  get all(): readonly Body[] {
    return this.#bodies;
  }

  /**
   * @param segments of all cameras that are in sight.
   * @param unclear tracks that are in doubt now.
   * @param at a time that all cameras have reached, ms.
   */
  update(segments: readonly Segment[], unclear: readonly Unclear[], at: number): void {
    this.#bodies = this.#bodies.filter((body) => {
      const isSeen = body.segments.some(({ isClosed }) => !isClosed);
      if (!isSeen) this.#lose(body);
      return isSeen;
    });
    this.#lost = this.#lost.filter((lost) => lost.at >= at - this.#settings.comesOutMs);
    for (const segment of segments) if (!this.#of.has(segment)) this.#add(new Body(segment));
    this.#sameness.compare(segments, at);
    for (const [one, other] of this.#sameness.apart) this.#part(one, other);
    const isJoined = (one: Segment, other: Segment) => this.#of.get(one) === this.#of.get(other);
    for (const [one, other] of this.#sameness.alike(unclear, isJoined)) this.#join(one, other, at);
    for (const body of this.#bodies) body.note(at, this.#settings);
    for (const [segment, body] of this.#of) {
      if (segment.isClosed && !body.segments.includes(segment)) this.#of.delete(segment);
      else if (segment.isClosed && body.open.length === 0) this.#of.delete(segment);
    }
    this.#bodies.sort((a, b) => a.number - b.number);
  }

  /** Whom a segment is put to; undefined before the next decision, and some time after it ended. */
  of(segment: Segment): Body | undefined {
    return this.#of.get(segment);
  }

  /** A badge is no longer to be used. */
  forget(badge: string): void {
    this.#lost = this.#lost.filter((lost) => lost.badge !== badge);
    for (const body of this.#bodies) {
      body.pairs.delete(badge);
      body.expected.delete(badge);
      if (body.name === badge) body.name = null;
      if (body.called === badge) body.called = null;
      if (body.proved?.handle === badge) body.proved = null;
    }
  }

  #lose(body: Body): void {
    const badges = new Set([...body.expected, ...(body.name === null ? [] : [body.name])]);
    const at = Math.max(...body.segments.map((segment) => segment.at));
    for (const badge of badges) this.#lost.push({ badge, at, floor: body.floor });
  }

  #add(body: Body): void {
    const { comesOutMetres } = this.#settings;
    for (const { badge, at, floor } of this.#lost) {
      const metres = Math.hypot(body.floor[0] - floor[0], body.floor[1] - floor[1]);
      const seconds = Math.max(0, body.from - at) / 1000;
      if (metres <= comesOutMetres + WALK * seconds) body.expected.add(badge);
    }
    this.#bodies.push(body);
    for (const segment of body.segments) this.#of.set(segment, body);
  }

  #join(one: Segment, other: Segment, at: number): void {
    const [a, b] = [this.#of.get(one), this.#of.get(other)];
    if (!a || !b || a === b) return;
    // A camera sees a person once: then one of the two is another person, and it is not known which.
    const isTwo = a.open.some((s) =>
      b.open.some((t) => s.camera === t.camera && s.from < t.at && t.from < s.at),
    );
    if (isTwo) return;
    const [older, younger] = a.number < b.number ? [a, b] : [b, a];
    older.absorb(younger);
    younger.into = older;
    for (const segment of younger.segments) {
      segment.joinedAt = at;
      this.#of.set(segment, older);
    }
    this.#bodies = this.#bodies.filter((body) => body !== younger);
  }

  /** They were taken for one person and are not: which of them all rested on is not known, so each begins again. */
  #part(one: Segment, other: Segment): void {
    const body = this.#of.get(one);
    if (!body || body !== this.#of.get(other)) return;
    this.#lose(body);
    body.isParted = true;
    this.#bodies = this.#bodies.filter((known) => known !== body);
    for (const segment of body.segments) this.#of.delete(segment);
    for (const segment of body.open) this.#add(new Body(segment));
  }
}
