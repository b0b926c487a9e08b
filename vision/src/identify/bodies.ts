import { Body } from './body.ts';
import { inherit } from './inherit.ts';
import { Sameness } from './sameness.ts';
import type { Segment } from './segment.ts';
import type { Unclear } from './segments.ts';
import type { IdentifySettings } from './settings.ts';

/** A new person is compared with those of other cameras for this long, ms. */
export const UNKNOWN_MS = 1_500;

/** Puts the segments of all cameras together to people on the floor. */
export class Bodies {
  readonly #settings: IdentifySettings;
  readonly #sameness = new Sameness();
  #bodies: Body[] = [];
  readonly #of = new Map<Segment, Body>();
  /** Those who are out of sight, or in a doubt: what was known of them is of those who come out. */
  #lost: Body[] = [];
  /** Of segments that ended, too, as long as they may be asked for. */
  readonly #last = new WeakMap<Segment, Body>();

  constructor(settings: IdentifySettings) {
    this.#settings = settings;
  }

  /** In the order of their first segments. */
  get all(): readonly Body[] {
    return this.#bodies;
  }

  /**
   * Those who are out of sight, or in a doubt: each may still wear what was put to them, until all who were in that
   * doubt are out of it.
   */
  hidden(at: number): Body[] {
    const { justHiddenMs, comesOutMs } = this.#settings;
    return this.#lost.filter(
      (body) =>
        body.at >= at - (body.cameFrom ? justHiddenMs : comesOutMs) &&
        body.at >= body.from + UNKNOWN_MS &&
        !body.heirs.some((heir) => this.#isOut(body, heir)),
    );
  }

  /** Whether everyone from the doubt in which a body was lost is in sight again, with `heir` as one of them. */
  #isOut(body: Body, heir: Body): boolean {
    const { cameFrom, from, at } = heir;
    const [x, y] = heir.entry;
    // A body that lived for less than UNKNOWN_MS is not counted as seen or hidden, so the lost body stays hidden.
    if (!cameFrom || cameFrom.isOpen || at < from + UNKNOWN_MS) return false;
    // Only the last doubt counts: in earlier ones another camera still followed the body.
    if (from <= body.at - UNKNOWN_MS || cameFrom.doubt.left < cameFrom.people) return false;
    // A body that began elsewhere while another camera still followed this one is another person.
    const place = from < body.at ? body.placeAt(from) : undefined;
    return !place || Math.hypot(x - place.x, y - place.y) < this.#settings.beside / 2;
  }

  /**
   * @param segments of all cameras that are in sight.
   * @param unclear tracks that are in doubt now.
   * @param at a time that all cameras have reached, ms.
   */
  update(segments: readonly Segment[], unclear: readonly Unclear[], at: number): void {
    this.#bodies = this.#bodies.filter((body) => {
      const isSeen = body.segments.some(({ isClosed }) => !isClosed);
      if (!isSeen) this.#lost.push(body);
      return isSeen;
    });
    this.#lost = this.#lost.filter((lost) => {
      const isKept = lost.at >= at - this.#settings.memoryMs;
      if (!isKept) lost.clear();
      return isKept;
    });
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
    for (const body of [...this.#bodies, ...this.#lost]) {
      body.forget(badge);
    }
  }

  #add(body: Body): void {
    for (const segment of body.segments) {
      this.#of.set(segment, body);
      this.#last.set(segment, body);
    }
    this.#bodies.push(body);
    const [{ origin }] = body.segments as [Segment];
    if (origin) inherit(body, origin, this.#peopleOf(origin.entered), this.#settings);
  }

  /** Whom segments were put to that went into a doubt; of one that ended before a decision, whom it may have been. */
  #peopleOf(entered: readonly Segment[], seen = new Set<Segment>()): Set<Body> {
    const people = new Set<Body>();
    for (const segment of entered) {
      if (seen.has(segment)) continue;
      seen.add(segment);
      let body = this.#last.get(segment);
      while (body?.into) body = body.into;
      if (body && !body.isParted) people.add(body);
      if (body || !segment.origin) continue;
      for (const person of this.#peopleOf(segment.origin.entered, seen)) people.add(person);
    }
    return people;
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
    younger.clear();
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
    body.clear();
    body.isParted = true;
    this.#bodies = this.#bodies.filter((known) => known !== body);
    for (const segment of body.segments) this.#of.delete(segment);
    for (const segment of body.open) this.#add(new Body(segment));
  }
}
