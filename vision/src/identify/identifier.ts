import { type Belief, believe } from './belief.ts';
import { Bodies, UNKNOWN_MS } from './bodies.ts';
import type { Body } from './body.ts';
import { Fixes } from './fixes.ts';
import type { HandOver, Reason, TrackIdentity } from './identity.ts';
import type { IdentifyInput } from './input.ts';
import type { Segment } from './segment.ts';
import { Segments } from './segments.ts';
import { IDENTIFY, type IdentifySettings } from './settings.ts';
import { type BodyState, States } from './states.ts';
import type { Suspects } from './suspects.ts';

/** A badge that was not heard of for longer is not on the floor, ms. */
const SILENT_MS = 60_000;
/** From this probability on a badge has a wearer in sight. */
const HELD = 0.5;

/** What is known of the person of a segment, which may have ended. */
export type SegmentSaid =
  /** Nothing was decided of it yet. */
  | { readonly kind: 'new' }
  /** Said now. */
  | { readonly kind: 'said'; readonly said: Omit<BodyState, 'body'> }
  /** It was taken for one person with others and is not. */
  | { readonly kind: 'parted' }
  /** The person is out of sight: nothing more will be known. */
  | { readonly kind: 'gone' };

const UNSETTLED = { state: 'ambiguous', handle: null, reasons: [{ code: 'too-new' }] } as const;

const TOO_NEW: Omit<BodyState, 'body'> = {
  state: 'ambiguous',
  handle: null,
  candidates: [],
  reasons: [{ code: 'too-new' }],
};

/** What is said of a floor at one moment. */
export interface Decision {
  /** Of all people in sight, in the order in which their segments began. */
  readonly identities: readonly TrackIdentity[];
  readonly handOvers: readonly HandOver[];
}

/**
 * Who wears which badge: tracks of all cameras of one floor against fixes of badges. It has no clock and no chance:
 * the same input gives the same output. It knows handles, never people, and only badges whose wearers agreed.
 */
export class Identifier {
  readonly #settings: IdentifySettings;
  readonly #segments: Segments;
  readonly #fixes: Fixes;
  readonly #bodies: Bodies;
  readonly #states: States;
  #shareUnknown: number;
  /** All people admitted who have a badge agreed; not known before the shares are told. */
  #allAgreed = false;
  /** What the last decision said of each person. */
  #said = new Map<Body, BodyState>();
  #belief: Belief | undefined;
  #rows = new Map<Body, number>();
  #columns = new Map<string, number>();
  /** When each badge had a wearer in sight last, ms. */
  readonly #heldAt = new Map<string, number>();

  /** @param suspects badges that were handed over; left out, none is known yet. */
  constructor(settings: Partial<IdentifySettings> = {}, suspects?: Suspects) {
    this.#settings = { ...IDENTIFY, ...settings };
    this.#segments = new Segments(this.#settings);
    this.#fixes = new Fixes(this.#settings);
    this.#bodies = new Bodies(this.#settings);
    this.#states = new States(this.#settings, suspects);
    this.#shareUnknown = known(this.#settings.unseenBadge, this.#settings.noBadge);
  }

  /** Fixes may come in any order and late; frames of a camera come in the order of their time. */
  take(input: IdentifyInput): void {
    switch (input.kind) {
      case 'sightings':
        this.#segments.take(input);
        return;
      case 'fix':
        this.#fixes.take(input);
        return;
      case 'shares':
        this.#shareUnknown = known(input.unseenBadge, input.noBadge);
        // Where no person at all is known, none has agreed.
        this.#allAgreed = input.unseenBadge === 0 && input.noBadge < 1;
        return;
      case 'suspects':
        for (const badge of this.#states.suspects.tell(input.badges)) this.#release(badge);
        return;
      case 'handed-over':
        for (const badge of input.badges) this.#states.suspects.add(badge);
        return;
      case 'forget':
        this.#forget(input.badge);
    }
  }

  /** Clocks of the readers as they were learnt: mean correction and its standard deviation, ms. */
  get clocks() {
    return this.#fixes.clocks;
  }

  /** Decides who is who at the time that all cameras have reached; at most some times a second is enough. */
  decide(): Decision {
    const now = this.#segments.reached;
    if (!Number.isFinite(now)) return { identities: [], handOvers: [] };
    const { open, unclear: inDoubt } = this.#segments;
    this.#bodies.update(open, inDoubt, now);
    const all = this.#bodies.all;
    this.#fixes.settle(now, all, (body, badge) => this.#worn(body, badge));
    const badges = [...this.#fixes.badges]
      .filter(([, { at }]) => at >= now - SILENT_MS)
      .map(([badge]) => badge)
      .sort();
    const assumed = {
      shareUnknown: this.#shareUnknown,
      elsewhere: badges.map((badge) => this.#elsewhere(badge, now)),
      hidden: this.#bodies.hidden(now),
    };
    // Who has just come into sight may be one whom another camera sees: for a moment it is not known.
    const bodies = all.filter(({ name, from }) => name !== null || from <= now - UNKNOWN_MS);
    const belief = believe(bodies, badges, assumed, now, this.#settings);
    this.#remember(belief, now);
    const unknown = [...inDoubt, ...all.filter((body) => !bodies.includes(body))].map(
      ({ floor }) => floor,
    );
    const decided = this.#states.decide(belief, unknown, now);
    const { handOvers } = decided;
    const states = decided.states.map((one) => ({ ...one, reasons: this.#complete(one.reasons) }));
    const young = all
      .filter((body) => !bodies.includes(body))
      .map((body): BodyState => ({ body, ...TOO_NEW }));
    this.#said = new Map([...states, ...young].map((said) => [said.body, said]));
    const identities = [...states, ...young]
      .flatMap(({ body, ...said }) =>
        body.open.map(({ camera, track, number, from, joinedAt }) => ({
          camera,
          track,
          segment: number,
          since: from,
          ...said,
          // Not yet on a track that was just put to the person.
          ...(said.handle !== null && now - joinedAt < this.#settings.settleMs && UNSETTLED),
        })),
      )
      .sort((a, b) => a.segment - b.segment);
    const unclear = inDoubt.map(
      ({ camera, track, at }): TrackIdentity => ({
        camera,
        track,
        segment: null,
        since: at,
        state: 'ambiguous',
        handle: null,
        candidates: [],
        reasons: [{ code: 'possible-swap' }],
      }),
    );
    return { identities: [...identities, ...unclear], handOvers };
  }

  /** The segment of a track at a time, ms: null in a doubt, undefined where the track is not in sight. */
  segmentOf(camera: string, track: string, at: number): Segment | null | undefined {
    return this.#segments.of(camera, track, at);
  }

  /** Whom a segment is put to; undefined before the next decision. Keep it: it outlasts the segment. */
  bodyOf(segment: Segment): Body | undefined {
    return this.#bodies.of(segment);
  }

  /** What the last decision said of the person of a segment, also after the segment ended. */
  saidOf(segment: Segment, body: Body): SegmentSaid {
    let person = body;
    while (person.into) person = person.into;
    if (body.isParted || person.isParted) return { kind: 'parted' };
    const said = this.#said.get(person);
    if (!said) return { kind: 'gone' };
    // A mistake shows some seconds after a track was put to a person: later than the end of this one, never.
    const until = segment.isClosed ? segment.at : this.#segments.reached;
    const isSettled = until - segment.joinedAt >= this.#settings.settleMs;
    const { body: _, ...rest } = said;
    return {
      kind: 'said',
      said: rest.handle !== null && !isSettled ? { ...rest, ...UNSETTLED } : rest,
    };
  }

  /** A person has looked: the badge can be a name again, which is earned from then on. */
  #release(badge: string): void {
    this.#states.forget(badge);
    this.#bodies.forget(badge);
  }

  #forget(badge: string): void {
    this.#fixes.forget(badge);
    this.#heldAt.delete(badge);
    this.#states.forget(badge);
    this.#bodies.forget(badge);
    this.#belief = undefined;
    for (const [body, said] of this.#said) {
      const isNamed = said.handle === badge;
      const candidates = said.candidates.filter(({ handle }) => handle !== badge);
      if (!isNamed && candidates.length === said.candidates.length) continue;
      this.#said.set(body, { ...said, candidates, ...(isNamed && UNSETTLED) });
    }
  }

  /** Whether a badge that is not published may fit is known here alone. */
  #complete(reasons: readonly Reason[]): readonly Reason[] {
    if (!this.#allAgreed) return reasons;
    return reasons.map((one) => (one.code === 'none-fits' ? { ...one, allAgreed: true } : one));
  }

  #remember(belief: Belief, now: number): void {
    this.#belief = belief;
    this.#rows = new Map(belief.bodies.map((body, i) => [body, i]));
    this.#columns = new Map(belief.badges.map((badge, i) => [badge, i]));
    belief.badges.forEach((badge, b) => {
      const isHeld = belief.bodies.some(
        (_, p) => belief.worn[p * belief.badges.length + b]! >= HELD,
      );
      if (isHeld) this.#heldAt.set(badge, now);
    });
  }

  #worn(body: Body, badge: string): number {
    const [row, column] = [this.#rows.get(body), this.#columns.get(badge)];
    if (!this.#belief || row === undefined || column === undefined) return 0;
    return this.#belief.worn[row * this.#belief.badges.length + column]!;
  }

  /**
   * Weight of "its wearer is not in sight". Where the wearer was in sight a moment ago, it is probably near and hidden:
   * then another person at that place must prove more.
   */
  #elsewhere(badge: string, now: number): number {
    const { outOfSight, justHidden, justHiddenMs } = this.#settings;
    const heldAt = this.#heldAt.get(badge);
    if (heldAt === undefined || now - heldAt >= justHiddenMs) return outOfSight;
    const column = this.#columns.get(badge);
    const belief = this.#belief;
    if (!belief || column === undefined) return outOfSight + justHidden;
    let held = 0;
    belief.bodies.forEach((body, p) => {
      if (body.open.length === 0) return;
      held = Math.max(held, belief.worn[p * belief.badges.length + column]!);
    });
    return outOfSight + justHidden * Math.max(0, 1 - held / HELD);
  }
}

/** Nothing is certain: some may be without a badge that are not known of. */
function known(unseenBadge: number, noBadge: number): number {
  return Math.min(0.98, Math.max(0.05, unseenBadge + noBadge));
}
