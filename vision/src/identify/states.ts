import type { Point } from '@anshi/contracts';
import type { Belief } from './belief.ts';
import type { Body } from './body.ts';
import { candidatesOf, LEAST_CANDIDATE, othersOf, round } from './candidates.ts';
import type { Weighed } from './evidence.ts';
import type { Candidate, HandOver, Reason } from './identity.ts';
import type { IdentifySettings } from './settings.ts';
import { Suspects } from './suspects.ts';

/** What a track was called counts for this long, ms. */
const FORMER_MS = 120_000;

/** From this probability on another person wears a badge. */
const HELD = 0.5;

/** What is said of one person. */
export interface BodyState {
  readonly body: Body;
  readonly state: 'confirmed' | 'ambiguous' | 'unbadged';
  readonly handle: string | null;
  readonly candidates: readonly Candidate[];
  readonly reasons: readonly Reason[];
}

/** Gives names where a belief is good enough, and takes them back. */
export class States {
  readonly #settings: IdentifySettings;
  /** Badges that were handed over: no name until a person has looked. */
  readonly suspects: Suspects;

  /** The last name of each track, by camera and track. */
  readonly #named = new Map<string, { name: string; at: number }>();

  constructor(settings: IdentifySettings, suspects = new Suspects()) {
    this.#settings = settings;
    this.suspects = suspects;
  }

  /**
   * @param unknown where people are of whom nothing is known yet: each may be the wearer.
   * @param now ms.
   */
  decide(
    belief: Belief,
    unknown: readonly Point[],
    now: number,
  ): { states: BodyState[]; handOvers: HandOver[] } {
    const { bodies } = belief;
    const handOvers: HandOver[] = [];
    const proposed = bodies.map((body, p) => this.#propose(belief, p, body, now));
    for (const [p, body] of bodies.entries()) {
      const proposal = proposed[p]!;
      const isBeside = unknown.some(
        ([x, y]) => Math.hypot(x - body.floor[0], y - body.floor[1]) < this.#settings.alone,
      );
      if (isBeside && proposal.fits !== body.name) {
        proposal.name = body.name === proposal.name ? proposal.name : null;
        proposal.fits = null;
      }
      if (body.isDoubtful) {
        proposal.name = null;
        proposal.fits = null;
        proposal.reasons.unshift({ code: 'possible-swap' });
      }
      const { fits } = proposal;
      const before = fits === null ? null : this.#formerName(body, fits, now);
      if (fits !== null && before !== null) {
        proposal.name = null;
        proposal.reasons.unshift({ code: 'hand-over' });
        if (before.isSure && !(this.suspects.has(before.name) && this.suspects.has(fits))) {
          this.suspects.add(before.name).add(fits);
          const { camera, track } = body.open[0]!;
          const names = { before: before.name, after: fits };
          handOvers.push({ kind: 'hand-over', at: now, camera, track, ...names });
        }
      }
      body.name = proposal.name;
    }
    this.#noteNeighbours(bodies, unknown, now);
    const doubled = doubledNames(bodies);
    const states = bodies.map((body, p): BodyState => {
      const { isUnbadged, reasons } = proposed[p]!;
      const isBeside = body.name !== null && now - body.besideAt <= this.#settings.besideMs;
      if (isBeside) reasons.unshift({ code: 'possible-swap' });
      const isDoubled = body.name !== null && doubled.has(body.name);
      const isSuspect = body.name !== null && this.suspects.has(body.name);
      if (isDoubled) reasons.unshift({ code: 'two-places' });
      if (isSuspect) reasons.unshift({ code: 'hand-over' });
      if (isDoubled || isSuspect) body.name = null;
      if (body.name !== null) {
        body.called = body.name;
        this.#remember(body, body.name, now);
      }
      return {
        body,
        state: isUnbadged ? 'unbadged' : body.name === null || isBeside ? 'ambiguous' : 'confirmed',
        handle: isBeside ? null : body.name,
        candidates: isUnbadged ? [] : candidatesOf(belief, p, now),
        reasons,
      };
    });
    return { states, handOvers };
  }

  /** Where two people pass each other, one camera may exchange them a moment before the others contradict it. */
  #noteNeighbours(bodies: readonly Body[], unknown: readonly Point[], now: number): void {
    const { beside } = this.#settings;
    for (const body of bodies) {
      if (body.name === null) continue;
      const isNear = ([x, y]: Point) => Math.hypot(x - body.floor[0], y - body.floor[1]) < beside;
      const isOne = bodies.some((other) => other !== body && isNear(other.floor));
      if (isOne || unknown.some(isNear)) body.besideAt = now;
    }
  }

  /** A badge is no longer to be used. */
  forget(badge: string): void {
    this.suspects.delete(badge);
    for (const [track, { name }] of this.#named) if (name === badge) this.#named.delete(track);
  }

  #remember(body: Body, name: string, now: number): void {
    for (const { camera, track } of body.open)
      this.#named.set(`${camera} ${track}`, { name, at: now });
    if (this.#named.size < 2_000) return;
    for (const [track, { at }] of this.#named) {
      if (at < now - FORMER_MS) this.#named.delete(track);
    }
  }

  /**
   * Another badge that the tracks of this person had a moment ago, where none of them had this one: either the tracker
   * exchanged two people, or they their badges. One camera may err; two do not err alike, so then it is sure.
   */
  #formerName(body: Body, badge: string, now: number): { name: string; isSure: boolean } | null {
    const former: string[] = [];
    for (const { camera, track } of body.open) {
      const known = this.#named.get(`${camera} ${track}`);
      if (!known || known.at < now - FORMER_MS) continue;
      if (known.name === badge) return null;
      former.push(known.name);
    }
    if (body.called !== null && body.called !== badge) return { name: body.called, isSure: true };
    const [name] = former;
    if (name === undefined) return null;
    return { name, isSure: former.length > 1 && former.every((other) => other === name) };
  }

  /** What the evidence of one person is good for. */
  #propose(belief: Belief, p: number, body: Body, now: number) {
    const { worn, none, weighed, badges, best } = belief;
    const { posterior, keep, lead, witnesses, witnessMs, unbadged, unbadgedMs } = this.#settings;
    const { witnessesAgain, witnessAgainMs, fitsAgainMs, excluded, rival, memoryMs } =
      this.#settings;
    const row = p * badges.length;
    let top = -1;
    for (let b = 0; b < badges.length; b++) {
      if (top < 0 || worn[row + b]! > worn[row + top]!) top = b;
    }
    let second = none[p]!;
    for (let b = 0; b < badges.length; b++) {
      if (b !== top) second = Math.max(second, worn[row + b]!);
    }
    const inSightMs = Math.max(...body.open.map(({ at }) => at)) - body.from;
    const isUnbadged = none[p]! >= unbadged && inSightMs >= unbadgedMs && badges.length > 0;
    const reasons: Reason[] = [];
    if (isUnbadged || top < 0) {
      body.proved = null;
      const seconds = Math.round(inSightMs / 1000);
      reasons.push({ code: 'none-fits', seconds, badges: badges.length });
      return { name: null as string | null, fits: null, isUnbadged, reasons };
    }
    const probability = worn[row + top]!;
    const handle = badges[top]!;
    const pair = weighed[row + top]!;
    const isLeading = best[p] === top && Math.log(probability / Math.max(1e-12, second)) >= lead;
    // One of two badges that followed one person is carried: the other one may fit those beside them by exclusion.
    const isCarried = now - (body.rivals.get(handle) ?? Number.NEGATIVE_INFINITY) <= memoryMs;
    const isExpected = body.expected.has(handle) && !isCarried;
    const needed = isExpected ? witnessesAgain : witnesses;
    const isProved =
      isExpected && body.isOneOfThem
        ? pair.fitsMs >= fitsAgainMs
        : pair.witnesses >= needed &&
          (isExpected ? pair.fitsMs >= witnessAgainMs : pair.overMs >= witnessMs);
    // Two badges that follow one person: one of them is carried, and it is not known which.
    const following = badges.filter(
      (_, b) => b !== top && weighed[row + b]!.own >= rival && heldBy(belief, b, p) < HELD,
    );
    if (following.length > 0) {
      body.rivalledAt = now;
      for (const badge of [handle, ...following]) body.rivals.set(badge, now);
    }
    const mayCarryAnother = badges.some(
      (_, b) => b !== top && weighed[row + b]!.log > excluded && !this.#isOfAnother(belief, p, b),
    );
    const isCarrier = now - body.rivalledAt <= this.#settings.rivalMs;
    const isStanding =
      !isCarrier &&
      !mayCarryAnother &&
      probability >= posterior &&
      isLeading &&
      isProved &&
      !this.#mayBeOfAnother(belief, p, top);
    // What is true for a moment only, at the edge of what is asked for, was chance.
    if (!isStanding) body.proved = null;
    else if (body.proved?.handle !== handle) body.proved = { handle, at: now };
    const isNew = body.proved !== null && now - body.proved.at >= this.#settings.holdMs;
    const isKept = !isCarrier && body.name === handle && probability >= keep && best[p] === top;
    const metres = Math.round(body.way);
    if (isNew || isKept) reasons.push({ code: 'fits', witnesses: pair.witnesses, metres });
    else {
      const rivals = othersOf(belief, p, top).length;
      const alsoFit = badges.filter((_, b) => worn[row + b]! >= LEAST_CANDIDATE).length;
      if (rivals > 0) reasons.push({ code: 'others-fit', people: rivals });
      if (alsoFit > 1) reasons.push({ code: 'badges-fit', badges: alsoFit });
      if (!isProved) reasons.push({ code: 'too-few', witnesses: pair.witnesses, needed });
      if (none[p]! >= LEAST_CANDIDATE || reasons.length === 0) {
        reasons.push({ code: 'may-be-none', probability: round(none[p]!) });
      }
    }
    const name = isNew || isKept ? handle : null;
    return { name, fits: isNew ? handle : null, isUnbadged, reasons };
  }

  /** Whether another person wears a badge, and fits it clearly better than this one does. */
  #isOfAnother({ bodies, worn, badges }: Belief, p: number, b: number): boolean {
    const badge = badges[b]!;
    const pair = bodies[p]!.pairs.get(badge);
    return bodies.some((other, q) => {
      if (q === p || worn[q * badges.length + b]! < HELD) return false;
      const theirs = other.pairs.get(badge);
      return !pair || (theirs?.leadOver(pair) ?? 0) >= this.#settings.leadInCommon;
    });
  }

  /** Whether another person, by the times at which both were seen, fits a badge nearly as well as this one. */
  #mayBeOfAnother(belief: Belief, p: number, b: number): boolean {
    const { bodies, weighed, hidden, hiddenWeighed, badges } = belief;
    const { excluded, inherited, leadInCommon } = this.#settings;
    const badge = badges[b]!;
    const pair = bodies[p]!.pairs.get(badge);
    const isNear = (other: Body, { log }: Weighed, least: number) => {
      const theirs = log > least ? other.pairs.get(badge) : undefined;
      return theirs !== undefined && (pair?.leadOver(theirs) ?? 0) < leadInCommon;
    };
    return (
      bodies.some(
        (other, q) => q !== p && isNear(other, weighed[q * badges.length + b]!, excluded),
      ) ||
      hidden.some(
        (other, q) =>
          !other.heirs.includes(bodies[p]!) &&
          isNear(other, hiddenWeighed[q * badges.length + b]!, inherited),
      )
    );
  }
}

/** How probable it is that another person in sight wears a badge. */
function heldBy({ bodies, worn, badges }: Belief, b: number, without: number): number {
  let held = 0;
  for (let p = 0; p < bodies.length; p++) {
    if (p !== without) held = Math.max(held, worn[p * badges.length + b]!);
  }
  return held;
}

/** Names that are on two people. */
function doubledNames(bodies: readonly Body[]): Set<string> {
  const once = new Set<string>();
  const doubled = new Set<string>();
  for (const { name } of bodies) {
    if (name === null) continue;
    if (once.has(name)) doubled.add(name);
    once.add(name);
  }
  return doubled;
}
