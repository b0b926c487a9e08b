import {
  type Breach,
  breaches,
  breachKey,
  type Episode,
  episodesOf,
  isDecidable,
  personKey,
  type TruthCamera,
  type WorkerTruth,
} from './queue-truth.ts';

/*
 * Holds a review queue against the truth. All times in seconds of the bench.
 */

/** A violation, as the queue shows it. */
export interface QueueFinding {
  id: string;
  camera: string;
  ruleId: string;
  item: string | null;
  startedAt: number;
  confirmedAt: number;
  /** Pixels of the camera's configuration; null for a zone. */
  box: readonly [number, number, number, number] | null;
}

/** An item of the queue. */
export interface QueueItem {
  id: string;
  findings: QueueFinding[];
}

/** The times between which the cameras were watched. */
export interface Watched {
  from: number;
  to: number;
}

export interface QueueScore {
  /** Episodes that lie wholly in the time watched, and those of them with an item. */
  episodes: number;
  found: number;
  /** Items that count, and those of them without any true finding. */
  items: number;
  falseItems: number;
  /** Items of found episodes beyond the first one of each. */
  doubled: number;
  /** Items with findings of two people. */
  wrongJoins: number;
  /** Items of found episodes over found episodes; 0 where none was found. */
  itemsPerFound: number;
  /** Findings that count, those that are false, and those of found episodes over these. */
  findings: number;
  falseFindings: number;
  findingsPerFound: number;
  /** True items beside episodes: a breach too short or too hidden to be asked for. */
  beside: number;
  /** Items of rules that the truth cannot decide. */
  undecided: number;
  /** Findings of which two people may be meant: their boxes cover each other. */
  unclear: number;
  /** What was wrong, for people. */
  notes: string[];
}

/** Best frames around the time of a finding: stream clocks run behind the simulator's, seconds. */
const NEAR_FRAMES = 0.7;
/** Least overlap of a finding's box with a person's, intersection over union. */
const LEAST_OVERLAP = 0.3;
/** Another person with this share of the best overlap may be meant as well. */
const UNCLEAR_SHARE = 0.75;
/** A record may lie this far beside what it records, seconds: clocks, delays and confirm times. */
const SLACK = 1.5;
/** Breaches are looked for so long after the time watched: a late item has a cause there, seconds. */
const AFTER = 30;

export function scoreQueue(
  items: readonly QueueItem[],
  cameras: readonly TruthCamera[],
  { watched, gapSeconds }: { watched: Watched; gapSeconds: number },
): QueueScore {
  const of = (how: 'must' | 'may') =>
    cameras.flatMap((camera) => breaches(camera, how, watched.to + AFTER));
  const [must, may] = [of('must'), of('may')];
  const episodes = episodesOf(must, gapSeconds);
  const isWhole = ({ from, to }: Episode) => from >= watched.from && to <= watched.to;
  const judged = items.map((item) => judgeItem(item, { cameras, may, episodes }));

  const notes: string[] = [];
  const ofEpisode = new Map<Episode, typeof judged>(episodes.map((one) => [one, []]));
  let [counted, falseItems, beside, undecided, wrongJoins] = [0, 0, 0, 0, 0];
  const countedFindings: JudgedFinding[] = [];
  for (const one of judged) {
    for (const episode of one.episodes) ofEpisode.get(episode)?.push(one);
    if (one.isWrongJoin) {
      wrongJoins++;
      notes.push(`wrong join: ${one.item.id} has ${one.people.join(' and ')}`);
    }
    const isPartial = one.episodes.size > 0 && ![...one.episodes].some(isWhole);
    const isOutside = one.at < watched.from || one.at > watched.to;
    if (isPartial || (one.episodes.size === 0 && isOutside)) continue;
    if (one.kind === 'undecided') {
      undecided++;
      continue;
    }
    counted++;
    countedFindings.push(...one.findings);
    if (one.kind === 'false') {
      falseItems++;
      notes.push(`false: ${one.item.id} ${describe(one)}`);
    } else if (one.episodes.size === 0) beside++;
  }

  const whole = episodes.filter(isWhole);
  const found = whole.filter((one) => ofEpisode.get(one)!.length > 0);
  for (const one of whole) {
    const all = ofEpisode.get(one)!;
    const when = `${one.person} at ${one.from.toFixed(1)}-${one.to.toFixed(1)} s`;
    if (all.length === 0) notes.push(`missed: ${when}`);
    if (all.length > 1) notes.push(`doubled: ${when}: ${all.map(describe).join(' | ')}`);
  }
  const itemsOfFound = found.reduce((sum, one) => sum + ofEpisode.get(one)!.length, 0);
  const ofFound = new Set(found.flatMap((one) => ofEpisode.get(one)!.map(({ item }) => item)));
  const findingsOfFound = [...ofFound].reduce((sum, { findings }) => sum + findings.length, 0);
  return {
    episodes: whole.length,
    found: found.length,
    items: counted,
    falseItems,
    doubled: itemsOfFound - found.length,
    wrongJoins,
    itemsPerFound: found.length === 0 ? 0 : itemsOfFound / found.length,
    findings: countedFindings.length,
    falseFindings: countedFindings.filter(({ kind }) => kind === 'false').length,
    findingsPerFound: found.length === 0 ? 0 : findingsOfFound / found.length,
    beside,
    undecided,
    unclear: countedFindings.filter(({ people }) => people.length > 1).length,
    notes,
  };
}

type Kind = 'true' | 'false' | 'undecided';
interface JudgedFinding {
  finding: QueueFinding;
  kind: Kind;
  /** Who it may be, the most probable first; empty for nobody. */
  people: string[];
}
interface JudgedItem {
  item: QueueItem;
  /** When its first finding was confirmed. */
  at: number;
  kind: Kind;
  findings: JudgedFinding[];
  episodes: ReadonlySet<Episode>;
  isWrongJoin: boolean;
  people: string[];
}

interface Truths {
  cameras: readonly TruthCamera[];
  may: readonly Breach[];
  episodes: readonly Episode[];
}

function judgeItem(item: QueueItem, truths: Truths): JudgedItem {
  const findings = item.findings.map((finding) => judgeFinding(finding, truths));
  const kinds = new Set(findings.map(({ kind }) => kind));
  const placed = findings.filter(({ people }) => people.length > 0);
  const shared = placed.reduce<string[] | null>(
    (all, { people }) => (all === null ? people : all.filter((one) => people.includes(one))),
    null,
  );
  const isTrue = findings.filter(({ kind }) => kind === 'true');
  return {
    item,
    at: Math.min(...item.findings.map(({ confirmedAt }) => confirmedAt)),
    kind: kinds.has('true') ? 'true' : kinds.has('false') ? 'false' : 'undecided',
    findings,
    episodes: new Set(isTrue.flatMap((one) => episodeOf(one, truths) ?? [])),
    isWrongJoin: shared !== null && shared.length === 0,
    people: [...new Set(placed.map(({ people }) => people[0]!))],
  };
}

function judgeFinding(finding: QueueFinding, truths: Truths): JudgedFinding {
  const camera = truths.cameras.find(({ config }) => config.id === finding.camera);
  const people = camera ? peopleAt(finding, camera) : [];
  const rule = camera?.config.rules.find(({ id }) => id === finding.ruleId);
  if (!rule || !isDecidable(rule)) return { finding, kind: 'undecided', people };
  const isTrue = people.some((person) => breachOf(finding, person, truths) !== undefined);
  return { finding, kind: isTrue ? 'true' : 'false', people };
}

/** What a person did by the truth while this finding was made. */
const breachOf = (finding: QueueFinding, person: string, { may }: Truths): Breach | undefined =>
  may.find(
    (one) =>
      one.person === person &&
      one.camera === finding.camera &&
      one.key === breachKey(finding.ruleId, finding.item) &&
      one.from - SLACK <= finding.confirmedAt &&
      finding.startedAt <= one.to + SLACK,
  );

/** The episode of a true finding: of the person who may be meant, the nearest in time. */
function episodeOf({ finding, people }: JudgedFinding, truths: Truths): Episode | undefined {
  const meant = people.filter((person) => breachOf(finding, person, truths));
  const away = ({ from, to }: Episode) =>
    Math.max(0, from - finding.confirmedAt, finding.startedAt - to);
  return truths.episodes
    .filter((one) => meant.includes(one.person) && away(one) <= 2 * SLACK)
    .sort((a, b) => away(a) - away(b) || meant.indexOf(a.person) - meant.indexOf(b.person))[0];
}

/** Who may be in a finding's box: the person it covers best, and others whom it covers nearly as well. */
export function peopleAt(finding: QueueFinding, camera: TruthCamera): string[] {
  if (!finding.box) return [];
  const { config, truth, loop, phase } = camera;
  const elapsed = finding.confirmedAt + phase;
  const time = elapsed - loop * Math.floor(elapsed / loop);
  const near = truth.frames.filter(({ t }) => {
    const apart = Math.abs(t - time);
    return Math.min(apart, loop - apart) <= NEAR_FRAMES;
  });
  const [across, down] = config.picture;
  const scale = [across / truth.width, down / truth.height] as const;
  const best = new Map<string, number>();
  for (const worker of near.flatMap(({ workers }) => workers)) {
    const overlap = overlapOf(worker, finding.box, truth, scale);
    best.set(worker.id, Math.max(best.get(worker.id) ?? 0, overlap));
  }
  const sorted = [...best].sort(([, a], [, b]) => b - a);
  const most = sorted[0]?.[1] ?? 0;
  return sorted
    .filter(([, overlap]) => overlap >= LEAST_OVERLAP && overlap >= UNCLEAR_SHARE * most)
    .map(([id]) => personKey(truth, id));
}

type Box = readonly [number, number, number, number];

function overlapOf(
  { inFrame, box, visibleBox }: WorkerTruth,
  found: Box,
  { width, height }: { width: number; height: number },
  [sx, sy]: readonly [number, number],
): number {
  if (inFrame <= 0) return 0;
  const [x1, y1, x2, y2] = box;
  const inside = [
    Math.max(0, x1),
    Math.max(0, y1),
    Math.min(width, x2),
    Math.min(height, y2),
  ] as const;
  return Math.max(
    ...[inside, ...(visibleBox ? [visibleBox] : [])].map(([a, b, c, d]) =>
      iou([a * sx, b * sy, c * sx, d * sy], found),
    ),
  );
}

/** Intersection over union. */
function iou(a: Box, b: Box): number {
  const side = (n: 0 | 1) => Math.max(0, Math.min(a[n + 2]!, b[n + 2]!) - Math.max(a[n], b[n]));
  const both = side(0) * side(1);
  const area = ([x1, y1, x2, y2]: Box) => (x2 - x1) * (y2 - y1);
  return both === 0 ? 0 : both / (area(a) + area(b) - both);
}

const describe = ({ findings, at }: JudgedItem): string =>
  `${at.toFixed(1)} s: ${findings
    .map(({ finding, people }) => {
      const { camera, ruleId, item } = finding;
      return `${camera} ${breachKey(ruleId, item)} of ${people[0] ?? 'nobody'}`;
    })
    .join(', ')}`;

/** What the queue has to reach. */
export const QUEUE_TARGETS = {
  foundShare: 0.95,
  falseShare: 0.1,
  itemsPerFound: 1.2,
  wrongJoins: 0,
} as const;

/** The targets that are missed, as sentences; a run without episodes proves nothing. */
export function queueMisses(score: QueueScore): string[] {
  const { episodes, found, items, falseItems, itemsPerFound, wrongJoins } = score;
  if (episodes === 0) return ['the truth has no whole episode in the time watched'];
  const foundShare = found / episodes;
  const falseShare = items === 0 ? 0 : falseItems / items;
  const { foundShare: least, falseShare: most, itemsPerFound: per } = QUEUE_TARGETS;
  return [
    ...(foundShare < least ? [`found ${foundShare.toFixed(3)}, at least ${least}`] : []),
    ...(falseShare > most ? [`false ${falseShare.toFixed(3)}, at most ${most}`] : []),
    ...(itemsPerFound > per
      ? [`items per episode ${itemsPerFound.toFixed(2)}, at most ${per}`]
      : []),
    ...(wrongJoins > QUEUE_TARGETS.wrongJoins ? [`wrong joins ${wrongJoins}, none allowed`] : []),
  ];
}
