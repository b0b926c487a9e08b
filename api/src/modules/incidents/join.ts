import { PATH_MS } from '@anshi/contracts';
import {
  areOfTwoPeople,
  compareIds,
  type Finding,
  gapOf,
  isOneByName,
  isOnOnePlan,
  isPerson,
  isSameActor,
  type JoinSettings,
  lastsUntil,
} from './finding.ts';
import { areApart, CLOCKS_MS, cannotBeOne, evidenceOfOne, mayBeOne } from './fit.ts';

/**
 * Largest number of findings of an incident: the cost of a further record stays bounded, also where a
 * worker records without end.
 */
export const MOST_MEMBERS = 100;

/** Paths of findings that were confirmed further apart do not meet, whatever the clocks, ms. */
export const NEAR_MS = 2 * PATH_MS + CLOCKS_MS;

/** Why two findings are in one incident. */
export interface Join {
  a: string;
  b: string;
  by: 'actor' | 'path' | 'same-name';
  /** Natural logarithm of the odds for one person against two side by side; null for others than paths. */
  odds: number | null;
}

/** The findings of one incident, in the order of their ids. */
export interface Cluster {
  findings: string[];
  pin: string | null;
  joins: Join[];
}

/**
 * Divides findings of one site into incidents. Depends on the set alone, not on its order, and each
 * part of it that is connected by {@link areRelated} is divided independently of the others.
 *
 * Findings of one actor are joined over gaps. Those of different cameras are joined where their paths
 * agree ({@link evidenceOfOne}) and no other actor fits; strongest evidence first, ties by id. Last
 * those of one certain person at one time, where the way from one place to the other can be walked. Two
 * actors are never joined where one camera saw both at the same time, or where their paths were apart.
 * Manual decisions are kept: findings with the same pin are together, those with different pins apart.
 */
export function joinFindings(all: readonly Finding[], settings: JoinSettings): Cluster[] {
  const findings = partedByName([...all].sort((a, b) => compareIds(a.id, b.id)));
  const groups = new Groups(findings);
  groups.joinPinned();
  const people = findings.filter(isPerson);
  const actorJoins = actorPairs(people)
    .filter(([a, b]) => isSameAct(a, b, settings) && mayDraw(a, b))
    .sort(([a, b], [c, d]) => gapOf(a, b) - gapOf(c, d) || compareIds(a.id + b.id, c.id + d.id));
  for (const [a, b] of actorJoins) groups.join(a, b, { by: 'actor', odds: null });
  const acts = new Groups(people);
  for (const [a, b] of actorJoins) acts.join(a, b, { by: 'actor', odds: null }, true);
  const pathJoins = nearPairs(people)
    .flatMap(([a, b]) => {
      if (!mayDraw(a, b)) return [];
      const odds = evidenceOfOne(a.path, b.path);
      return odds === null ? [] : [{ a, b, odds }];
    })
    .filter(({ a, b }) => !hasCompetitor(a, b, people, acts) && !hasCompetitor(b, a, people, acts))
    .sort(
      (one, two) => two.odds - one.odds || compareIds(one.a.id + one.b.id, two.a.id + two.b.id),
    );
  for (const { a, b, odds } of pathJoins) groups.join(a, b, { by: 'path', odds });
  const nameJoins = pairsOf(people)
    .filter(([a, b]) => isOneByName(a, b, settings) && mayDraw(a, b))
    .sort(([a, b], [c, d]) => gapOf(a, b) - gapOf(c, d) || compareIds(a.id + b.id, c.id + d.id));
  for (const [a, b] of nameJoins) groups.join(a, b, { by: 'same-name', odds: null });
  return groups.clusters();
}

/**
 * What people put together stays so, unless two of them are certain to be of two people: then those without
 * a verdict leave whose person is another one than that of the first.
 */
function partedByName(findings: readonly Finding[]): Finding[] {
  const named = findings.filter(({ pin, person }) => pin !== null && person !== null);
  const firstOf = (pin: string | null) =>
    named.find((one) => one.pin === pin && one.isDecided) ?? named.find((one) => one.pin === pin);
  return findings.map((one) => {
    const first = firstOf(one.pin);
    const leaves = first !== undefined && !one.isDecided && areOfTwoPeople(first, one);
    return leaves ? { ...one, pin: null } : one;
  });
}

/**
 * Whether one finding can matter for how the other is joined. Findings that are not related, also not
 * over others, are divided independently.
 */
export function areRelated(a: Finding, b: Finding, settings: JoinSettings): boolean {
  if (a.pin !== null && a.pin === b.pin) return true;
  if (!isPerson(a) || !isPerson(b)) return false;
  if (isOneByName(a, b, settings)) return true;
  if (a.camera !== b.camera) return mayMeet(a, b);
  return isSameAct(a, b, settings) || hidesCompetitor(a, b) || hidesCompetitor(b, a);
}

/** Whether two cameras may have seen one person there. Places on two floor plans are not compared. */
const mayMeet = (a: Finding, b: Finding): boolean =>
  isOnOnePlan(a, b) && areNear(a, b) && mayBeOne(a.path, b.path);

/** Whether a camera saw another person than the other one did, while both of them were seen. */
const isElsewhere = (a: Finding, b: Finding): boolean =>
  isOnOnePlan(a, b) && areNear(a, b) && cannotBeOne(a.path, b.path);

/** What was taken out draws nothing to its incident that is not there already. */
const mayDraw = (a: Finding, b: Finding): boolean =>
  !(a.isTakenOut || b.isTakenOut) || (a.incident !== null && a.incident === b.incident);

/**
 * The findings that are related to the first ones, also over others; the first ones included.
 *
 * @param related such as {@link areRelated}.
 */
export function connectedTo<One extends Finding>(
  first: ReadonlySet<string>,
  all: readonly One[],
  related: (a: One, b: One) => boolean,
): One[] {
  const found = all.filter(({ id }) => first.has(id));
  let rest = all.filter(({ id }) => !first.has(id));
  for (let n = 0; n < found.length; n++) {
    const near = rest.filter((one) => related(found[n]!, one));
    if (near.length === 0) continue;
    found.push(...near);
    rest = rest.filter((one) => !near.includes(one));
  }
  return found;
}

/** A person without a path may have been anywhere in the picture. */
function hidesCompetitor(placed: Finding, other: Finding): boolean {
  if (isSameActor(placed, other) || placed.path.length === 0 || other.path.length > 0) return false;
  return areNear(placed, other);
}

/** Whether another person in the camera of `b` may be the person of `a` as well. */
function hasCompetitor(a: Finding, b: Finding, people: readonly Finding[], acts: Groups): boolean {
  const ofA = people.filter((one) => acts.areTogether(one, a));
  const others = people.filter(
    (one) =>
      one.id !== b.id &&
      one.camera === b.camera &&
      !isSameActor(one, b) &&
      !(one.pin !== null && one.pin === b.pin),
  );
  const fits = (other: Finding) =>
    ofA.some((mine) => mayMeet(mine, other)) && !ofA.some((mine) => isElsewhere(mine, other));
  return others.some((other) => hidesCompetitor(b, other) || fits(other));
}

/** Findings of one actor in one camera, over a gap that one act may have. One that lasts has none. */
function isSameAct(a: Finding, b: Finding, { gapMs }: JoinSettings): boolean {
  return a.camera === b.camera && isSameActor(a, b) && gapOf(a, b) <= gapMs;
}

/** Two findings that people put into two incidents, or that are never in one. */
function isDecidedApart(a: Finding, b: Finding): boolean {
  if (a.pin !== null && b.pin !== null && a.pin !== b.pin) return true;
  if ((a.isClosed || b.isClosed) && a.pin !== b.pin) return true;
  return (!isPerson(a) || !isPerson(b)) && (a.pin === null || a.pin !== b.pin);
}

/** Two findings that cannot be of one person by what the cameras saw. */
function areSeenApart(a: Finding, b: Finding): boolean {
  if (a.camera !== b.camera) return isOnOnePlan(a, b) && areApart(a.path, b.path);
  return !isSameActor(a, b) && seenFrom(a) <= lastsUntil(b) && seenFrom(b) <= lastsUntil(a);
}

/** Whether people put a finding into an incident together with the actor of one that comes, or took it out. */
const isKnownWith = (one: Finding, comes: Finding, group: readonly Finding[]): boolean =>
  one.isTakenOut ||
  (one.pin !== null &&
    group.some(
      (other) =>
        other.pin === one.pin && other.camera === comes.camera && isSameActor(other, comes),
    ));

const seenFrom = ({ startedAt, path }: Finding) => Math.min(startedAt, path[0]?.at ?? startedAt);
type Pair = [Finding, Finding];
const pairsOf = (findings: readonly Finding[]): Pair[] =>
  findings.flatMap((a, n) => findings.slice(n + 1).map((b): Pair => [a, b]));
const inOrder = (a: Finding, b: Finding): Pair => (a.id < b.id ? [a, b] : [b, a]);

/** Findings of one actor in one camera: each with the one that lasted longest before it. */
function actorPairs(people: readonly Finding[]): Pair[] {
  const byActor = new Map<string, Finding[]>();
  for (const one of people) {
    if (one.actor === null) continue;
    const key = JSON.stringify([one.camera, one.actor]);
    byActor.set(key, [...(byActor.get(key) ?? []), one]);
  }
  return [...byActor.values()].flatMap((all) => {
    // People may have put an earlier one elsewhere: then any other may be the nearest.
    if (all.some(({ pin }) => pin !== null)) return pairsOf(all);
    const sorted = [...all].sort((a, b) => a.startedAt - b.startedAt || compareIds(a.id, b.id));
    let longest = sorted[0]!;
    return sorted.slice(1).map((one): Pair => {
      const pair = inOrder(longest, one);
      if (lastsUntil(one) > lastsUntil(longest)) longest = one;
      return pair;
    });
  });
}

/** Findings of two cameras whose paths can meet. */
function nearPairs(people: readonly Finding[]): Pair[] {
  const sorted = people
    .filter(({ path, actor }) => path.length > 0 && actor !== null)
    .sort((a, b) => a.confirmedAt - b.confirmedAt || compareIds(a.id, b.id));
  return sorted.flatMap((a, n) => {
    const pairs: Pair[] = [];
    for (let m = n + 1; m < sorted.length && areNear(a, sorted[m]!); m++) {
      const b = sorted[m]!;
      if (a.camera !== b.camera && isOnOnePlan(a, b)) pairs.push(inOrder(a, b));
    }
    return pairs;
  });
}

const areNear = (a: Finding, b: Finding) => Math.abs(a.confirmedAt - b.confirmedAt) <= NEAR_MS;

/** Findings that are together so far. */
class Groups {
  readonly #of = new Map<string, { members: Finding[]; joins: Join[] }>();

  constructor(findings: readonly Finding[]) {
    for (const one of findings) this.#of.set(one.id, { members: [one], joins: [] });
  }

  areTogether(a: Finding, b: Finding): boolean {
    return this.#of.get(a.id) === this.#of.get(b.id);
  }

  /** What people put together stays so, whatever the evidence says. */
  joinPinned(): void {
    const first = new Map<string, Finding>();
    for (const { members } of [...this.#of.values()]) {
      for (const one of members) {
        if (one.pin === null) continue;
        const other = first.get(one.pin);
        if (other) this.#merge(other, one);
        else first.set(one.pin, one);
      }
    }
  }

  /** @param anyway also where two of them must stay apart. */
  join(a: Finding, b: Finding, why: Pick<Join, 'by' | 'odds'>, anyway = false): void {
    const [one, two] = [this.#of.get(a.id), this.#of.get(b.id)];
    if (!one || !two || one === two) return;
    const isBarred =
      one.members.length + two.members.length > MOST_MEMBERS ||
      one.members.some((x) =>
        two.members.some(
          (y) =>
            isDecidedApart(x, y) ||
            areOfTwoPeople(x, y) ||
            (areSeenApart(x, y) &&
              !isKnownWith(x, y, one.members) &&
              !isKnownWith(y, x, two.members)),
        ),
      );
    if (isBarred && !anyway) return;
    this.#merge(a, b).joins.push({ a: a.id, b: b.id, ...why });
  }

  clusters(): Cluster[] {
    return [...new Set(this.#of.values())]
      .map(({ members, joins }) => ({
        findings: members.map(({ id }) => id).sort(compareIds),
        pin: members.find(({ pin }) => pin !== null)?.pin ?? null,
        joins,
      }))
      .sort((a, b) => compareIds(a.findings[0]!, b.findings[0]!));
  }

  #merge(a: Finding, b: Finding) {
    const [one, two] = [this.#of.get(a.id)!, this.#of.get(b.id)!];
    if (one === two) return one;
    one.members.push(...two.members);
    one.joins.push(...two.joins);
    for (const member of two.members) this.#of.set(member.id, one);
    return one;
  }
}
