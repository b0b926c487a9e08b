import type { FixInput } from '../../src/identify/input.ts';
import type { Said } from './run.ts';
import type { Owners, Sighting } from './sightings.ts';

/** Figures of one cell; counts can be added. */
export interface CellScore {
  /** Names given. Those of badges that were swapped are apart. */
  all: { names: number; wrong: number };
  inView: { names: number; wrong: number };
  outOfView: { names: number; wrong: number };
  /** Of the wrong ones: on people who refused, and of badges carried by others. */
  wrongOnRefused: number;
  wrongCarried: number;
  /** Names of badges whose owner refused. */
  refusedNames: number;
  /** Sightings, once a second and camera, of people who agreed and wear their badge. */
  tracks: number;
  tracksNamed: number;
  /** The same by person and second, whichever cameras see them. */
  due: number;
  named: number;
  namedLive: number;
  /** Sightings that were named, and rightly so. */
  said: number;
  saidRight: number;
  /** The same by the nearest badge. */
  nearestSaid: number;
  nearestRight: number;
  nearestDueRight: number;
  /** Seconds from the begin of a segment to its right name. */
  seconds: number[];
  swaps: number;
  swapsFound: number;
  falseHandOvers: number;
  /** First candidates by tenth of their posterior: how many, sum of the posteriors, right ones. */
  tenths: { n: number; sum: number; right: number }[];
  /** Sightings after an occlusion, and those rightly named by badges and by tracks alone. */
  occlusions: number;
  afterByBadge: number;
  afterByTrack: number;
  ms: number[];
}

export function emptyScore(): CellScore {
  return {
    all: { names: 0, wrong: 0 },
    inView: { names: 0, wrong: 0 },
    outOfView: { names: 0, wrong: 0 },
    wrongOnRefused: 0,
    wrongCarried: 0,
    refusedNames: 0,
    tracks: 0,
    tracksNamed: 0,
    due: 0,
    named: 0,
    namedLive: 0,
    said: 0,
    saidRight: 0,
    nearestSaid: 0,
    nearestRight: 0,
    nearestDueRight: 0,
    seconds: [],
    swaps: 0,
    swapsFound: 0,
    falseHandOvers: 0,
    tenths: Array.from({ length: 10 }, () => ({ n: 0, sum: 0, right: 0 })),
    occlusions: 0,
    afterByBadge: 0,
    afterByTrack: 0,
    ms: [],
  };
}

/** A name that was given, for a list of the wrong ones. */
export interface WrongName {
  readonly at: number;
  readonly camera: string;
  readonly track: string;
  readonly person: string;
  readonly badge: string;
}

/** Adds what was said of a world to a score. */
export function addScore(
  score: CellScore,
  sightings: readonly Sighting[],
  said: readonly Said[],
  fixes: readonly FixInput[],
  owners: Owners,
): WrongName[] {
  const wrong = addNames(score, sightings, owners);
  addSightings(score, sightings, owners);
  addNearest(score, sightings, fixes, owners);
  addHandOvers(score, said, owners);
  addOcclusions(score, sightings, owners);
  for (const { ms } of said) score.ms.push(ms);
  return wrong;
}

/** A name that is said again within this time, ms, by whichever camera, is the same one. */
const SAME_NAME_MS = 5_000;

/** A name is a badge that is said of a person, by any cameras, without a break. */
function addNames(score: CellScore, sightings: readonly Sighting[], owners: Owners): WrongName[] {
  const last = new Map<string, number>();
  const mistakes: WrongName[] = [];
  for (const { live, person, at, camera, track } of sightings) {
    if (live === null) continue;
    const key = `${live} ${person}`;
    const before = last.get(key);
    last.set(key, at);
    if (before !== undefined && at - before <= SAME_NAME_MS) continue;
    const owner = owners.boundTo(live, at);
    if (owner !== undefined && !owners.hasAgreed(owner)) score.refusedNames++;
    const isWrong = owner !== person;
    const swap = owners.swapOf(live, at);
    const apart = swap ? (swap.inView ? score.inView : score.outOfView) : score.all;
    apart.names++;
    if (!isWrong) continue;
    apart.wrong++;
    if (!swap && !owners.hasAgreed(person)) score.wrongOnRefused++;
    if (!swap && owners.wornBy(person, at).includes(live)) score.wrongCarried++;
    if (!swap) mistakes.push({ at, camera, track, person, badge: live });
  }
  return mistakes;
}

function addSightings(score: CellScore, sightings: readonly Sighting[], owners: Owners): void {
  const named = new Set<string>();
  /** People who agreed and wear their badge, second by second, whichever cameras see them. */
  const seconds = new Map<string, { named: boolean; live: boolean }>();
  for (const { at, person, identity, live, settled } of sightings) {
    const isRight = (badge: string | null) =>
      badge !== null && owners.boundTo(badge, at) === person;
    const isApart = live !== null && owners.swapOf(live, at) !== undefined;
    if (live !== null && !isApart) {
      score.said++;
      if (isRight(live)) score.saidRight++;
    }
    const first = identity?.candidates[0];
    if (first && identity && identity.since <= at) {
      const tenth = score.tenths[Math.min(9, Math.floor(10 * first.posterior))]!;
      tenth.n++;
      tenth.sum += first.posterior;
      if (owners.wornBy(person, at).includes(first.handle)) tenth.right++;
    }
    if (!owners.isPlain(person, at)) continue;
    score.tracks++;
    if (isRight(settled)) score.tracksNamed++;
    const second = `${person} ${Math.round(at / 1000)}`;
    const inSecond = seconds.get(second) ?? { named: false, live: false };
    seconds.set(second, inSecond);
    inSecond.named ||= isRight(settled);
    inSecond.live ||= isRight(live);
    if (!isRight(live)) continue;
    const key = `${identity!.segment}`;
    if (named.has(key)) continue;
    named.add(key);
    score.seconds.push((at - identity!.since) / 1000);
  }
  for (const inSecond of seconds.values()) {
    score.due++;
    if (inSecond.named) score.named++;
    if (inSecond.live) score.namedLive++;
  }
}

/** How far a badge may be from a person, metres, and how old its fix, ms. */
const NEAREST = { metres: 5, ageMs: 15_000 };

function addNearest(
  score: CellScore,
  sightings: readonly Sighting[],
  fixes: readonly FixInput[],
  owners: Owners,
): void {
  const last = new Map<string, FixInput>();
  let next = 0;
  for (const { at, person, floor } of sightings) {
    for (; next < fixes.length && fixes[next]!.arrivedAt <= at; next++) {
      last.set(fixes[next]!.badge, fixes[next]!);
    }
    let badge: string | undefined;
    let least = NEAREST.metres;
    for (const fix of last.values()) {
      if (fix.arrivedAt < at - NEAREST.ageMs) continue;
      const metres = Math.hypot(fix.position[0] - floor[0], fix.position[1] - floor[1]);
      if (metres < least) [least, badge] = [metres, fix.badge];
    }
    if (badge === undefined || owners.swapOf(badge, at)) continue;
    score.nearestSaid++;
    const isRight = owners.boundTo(badge, at) === person;
    if (!isRight) continue;
    score.nearestRight++;
    if (owners.isPlain(person, at)) score.nearestDueRight++;
  }
}

const FOUND_WITHIN_MS = 120_000;

function addHandOvers(score: CellScore, said: readonly Said[], owners: Owners): void {
  const events = said.flatMap(({ handOvers }) => handOvers);
  const inView = owners.swaps.filter((swap) => swap.inView);
  const isOf = (swap: (typeof inView)[number], event: (typeof events)[number]) =>
    event.at >= swap.at &&
    event.at <= swap.at + FOUND_WITHIN_MS &&
    (swap.badges.includes(event.before) || swap.badges.includes(event.after));
  score.swaps += inView.length;
  score.swapsFound += inView.filter((swap) => events.some((event) => isOf(swap, event))).length;
  score.falseHandOvers += events.filter(
    (event) => !inView.some((swap) => isOf(swap, event)),
  ).length;
}

/** Out of sight for so long, ms, is an occlusion; the name is looked at so long after it. */
const HIDDEN_MS = 2_000;
const AFTER_MS = 20_000;

/** By tracks alone: a person is read once at the begin, and the name stays with the track of the camera. */
function addOcclusions(score: CellScore, sightings: readonly Sighting[], owners: Owners): void {
  const ways = new Map<string, Sighting[]>();
  for (const sighting of sightings) {
    const key = `${sighting.camera} ${sighting.person}`;
    const way = ways.get(key);
    if (way) way.push(sighting);
    else ways.set(key, [sighting]);
  }
  for (const way of ways.values()) {
    const first = way[0]!;
    for (let i = 1; i < way.length; i++) {
      if (way[i]!.at - way[i - 1]!.at <= HIDDEN_MS) continue;
      // The last sighting before the next occlusion, at most so long after this one.
      let j = i;
      while (
        j + 1 < way.length &&
        way[j + 1]!.at - way[i]!.at <= AFTER_MS &&
        way[j + 1]!.at - way[j]!.at <= HIDDEN_MS
      ) {
        j++;
      }
      const after = way[j]!;
      if (!owners.isPlain(after.person, after.at)) continue;
      score.occlusions++;
      if (after.settled !== null && owners.boundTo(after.settled, after.at) === after.person)
        score.afterByBadge++;
      if (after.track === first.track) score.afterByTrack++;
    }
  }
}

/** One-sided lower 95 % bound of a share (Clopper & Pearson 1934); 0 where there is nothing. */
export function lowerBound(right: number, of: number): number {
  if (of === 0 || right === 0) return 0;
  let [low, high] = [0, 1];
  for (let i = 0; i < 50; i++) {
    const p = (low + high) / 2;
    if (atLeast(right, of, p) > 0.05) high = p;
    else low = p;
  }
  return low;
}

/** Probability of at least `k` successes of `n`. */
function atLeast(k: number, n: number, p: number): number {
  let log = 0;
  for (let i = 0; i < k; i++) log += Math.log((n - i) / (i + 1));
  let sum = 0;
  for (let i = k; i <= n; i++) {
    sum += Math.exp(log + i * Math.log(p) + (n - i) * Math.log1p(-p));
    log += Math.log((n - i) / (i + 1));
  }
  return sum;
}
