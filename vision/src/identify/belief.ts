import { assign } from '../assign.ts';
import type { Body } from './body.ts';
import type { Weighed } from './evidence.ts';
import { marginals } from './marginals.ts';
import type { IdentifySettings } from './settings.ts';

/** What is believed of all people in sight and all badges at one moment. */
export interface Belief {
  readonly bodies: readonly Body[];
  readonly badges: readonly string[];
  /** Evidence of each pair, row by row: bodies, badges. */
  readonly weighed: readonly Weighed[];
  /** Probability that the body is the wearer, row by row. */
  readonly worn: Float64Array;
  /** Probability that a body wears none of the badges. */
  readonly none: Float64Array;
  /**
   * People who are hidden, or in a doubt, with their evidence row by row; reduced where the badge follows a person who came into
   * sight later (`besideUnseen`).
   */
  readonly hidden: readonly Body[];
  readonly hiddenWeighed: readonly Weighed[];
  /** Index of the badge of each body in the best joint assignment, -1 for none. */
  readonly best: readonly number[];
}

interface Assumed {
  /** Share of people whose badge is not seen or who have none. */
  readonly shareUnknown: number;
  /** Weight of "its wearer is not in sight" of each badge. */
  readonly elsewhere: readonly number[];
  /** People who are hidden, or in a doubt. */
  readonly hidden: readonly Body[];
}

const NOTHING: Weighed = { log: 0, witnesses: 0, overMs: 0, fitsMs: 0, own: 0 };
/** Pairs below are not more likely than none, and no part of the joint assignment. */
const LEAST_LOG = 0;
/** Above all logarithms that occur. */
const MOST_LOG = 64;

/** Weighs all pairs, and solves who wears what for all of them at once. */
export function believe(
  bodies: readonly Body[],
  badges: readonly string[],
  { shareUnknown, elsewhere, hidden }: Assumed,
  now: number,
  settings: IdentifySettings,
): Belief {
  const columns = badges.length;
  const bin = Math.floor(now / settings.correlationMs);
  const weighed: Weighed[] = [];
  const weights = new Float64Array(bodies.length * columns);
  const logs = new Float64Array(bodies.length * columns);
  const prior = Math.log((1 - shareUnknown) / (shareUnknown * Math.max(1, columns)));
  for (const [p, body] of bodies.entries()) {
    const placeIn = (at: number) => body.placeIn(at);
    for (const [b, badge] of badges.entries()) {
      // A badge without a fix in the time of the body says nothing for and nothing against it.
      const pair = body.pairs.get(badge)?.weigh(bin, placeIn, settings) ?? NOTHING;
      weighed.push(pair);
      logs[p * columns + b] = prior + pair.log;
      weights[p * columns + b] = Math.exp(prior + pair.log);
    }
  }
  const hiddenWeighed: Weighed[] = [];
  /** Weight of each hidden person for each badge, row by row. */
  const theirs: number[][] = [];
  for (const body of hidden) {
    const placeIn = (at: number) => body.placeIn(at);
    const own = badges.map((badge, b) => {
      const known = body.pairs.get(badge)?.weigh(bin, placeIn, settings) ?? NOTHING;
      let times = 0;
      for (const [p, { from }] of bodies.entries()) {
        if (from > body.at) times = Math.max(times, weighed[p * columns + b]!.witnesses);
      }
      // Fewer times may be a coincidence of two paths.
      if (times < settings.witnesses) return known;
      const log = Math.min(settings.mostInherited, known.log) - times * settings.besideUnseen;
      return { ...known, log };
    });
    hiddenWeighed.push(...own);
    const likely = own.map(({ log }) => Math.exp(prior + Math.min(settings.mostInherited, log)));
    const all = 1 + likely.reduce((sum, one) => sum + one, 0);
    theirs.push(likely.map((one) => one / (all - one)));
  }
  const away = elsewhere.map((weight, b) => weight + Math.max(0, ...theirs.map((own) => own[b]!)));
  const { worn, none } = marginals(weights, bodies.length, columns, away);
  const best = bestOf(logs, bodies.length, columns);
  return { bodies, badges, weighed, worn, none, hidden, hiddenWeighed, best };
}

/** The most probable joint assignment: a badge to one person, a person to one badge or none. */
function bestOf(logs: Float64Array, rows: number, columns: number): number[] {
  const best = new Array<number>(rows).fill(-1);
  const fits: number[][] = [];
  for (let p = 0; p < rows; p++) {
    const own: number[] = [];
    for (let b = 0; b < columns; b++) if (logs[p * columns + b]! > LEAST_LOG) own.push(b);
    fits.push(own);
  }
  for (const { people, badges } of groupsOf(fits)) {
    if (people.length === 1) {
      const [p] = people as [number];
      best[p] = badges.reduce((x, y) => (logs[p * columns + y]! > logs[p * columns + x]! ? y : x));
      continue;
    }
    // One column more for each person: "none of them".
    const pairs = assign(
      people.length,
      badges.length + people.length,
      (r, c) => {
        if (c >= badges.length) return c - badges.length === r ? MOST_LOG : Number.MAX_SAFE_INTEGER;
        const log = logs[people[r]! * columns + badges[c]!]!;
        return log > LEAST_LOG ? MOST_LOG - log : Number.MAX_SAFE_INTEGER;
      },
      MOST_LOG,
    );
    for (const [r, c] of pairs) if (c < badges.length) best[people[r]!] = badges[c]!;
  }
  return best;
}

/** Divides people and badges so that no badge fits people of two groups: a small problem each. */
function groupsOf(fits: readonly (readonly number[])[]): { people: number[]; badges: number[] }[] {
  const groups: { people: number[]; badges: number[] }[] = [];
  const wearers = new Map<number, number[]>();
  for (const [p, badges] of fits.entries()) {
    for (const b of badges) wearers.set(b, [...(wearers.get(b) ?? []), p]);
  }
  const done = new Set<number>();
  for (const [first, own] of fits.entries()) {
    if (own.length === 0 || done.has(first)) continue;
    done.add(first);
    const people = [first];
    const badges = new Set<number>();
    // Grows while it is read.
    for (const p of people) {
      for (const b of fits[p]!) {
        badges.add(b);
        for (const other of wearers.get(b)!) {
          if (done.has(other)) continue;
          done.add(other);
          people.push(other);
        }
      }
    }
    people.sort((a, b) => a - b);
    groups.push({ people, badges: [...badges].sort((a, b) => a - b) });
  }
  return groups;
}
