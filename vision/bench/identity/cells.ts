import type { SightingsInput } from '../../src/identify/input.ts';
import type { World } from './data.ts';
import type { Reading } from './readers.ts';
import { fixesOf, identifyAll, trackAll } from './run.ts';
import { addScore, type CellScore, lowerBound, type WrongName } from './score.ts';
import { Owners, sightingsOf } from './sightings.ts';

/** One way in which badges are read in a hall. */
export interface Cell {
  readonly key: string;
  readonly reading: Reading;
}

/** Noise of 0.3, 1 and 3 m at 1 and 0.1 fixes a second, and portals only. */
export function cellsOf(people: number): Cell[] {
  const cells: Cell[] = [];
  for (const noise of [0.3, 1, 3]) {
    for (const rate of [1, 0.1]) {
      const name = (value: number) => `${value}`.replace('.', '');
      cells.push({ key: `p${people}n${name(noise)}r${name(rate)}`, reading: { noise, rate } });
    }
  }
  return [...cells, { key: `p${people}portals`, reading: { noise: 1, rate: 0 } }];
}

/** The cell in which a coverage is asked for. */
export const MAIN_CELL = 'p20n1r1';
export const TARGETS = { precision: 0.99, coverage: 0.85, wrongByPortals: 0, refusedNames: 0 };

/** Identifies the people of a world and adds what came of it to a score. */
export function scoreWorld(
  score: CellScore,
  world: World,
  frames: readonly SightingsInput[] = trackAll(world),
): WrongName[] {
  const fixes = fixesOf(world);
  const { said } = identifyAll(frames, fixes, world.people);
  const sightings = sightingsOf(frames, said, world.truth);
  return addScore(score, sightings, said, fixes, new Owners(world));
}

const share = (part: number, of: number, none = 0) => (of === 0 ? none : part / of);
const quantile = (values: readonly number[], at: number) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] ?? 0;
};

/** Precision over the names that were given; 1 where none was. */
export function precisionOf({ all: { names, wrong } }: CellScore): number {
  return share(names - wrong, names, 1);
}

export function coverageOf({ named, due }: CellScore): number {
  return share(named, due);
}

/** Mean difference of the posterior of the first candidate from how often it is right. */
function calibrationError({ tenths }: CellScore): number {
  const all = tenths.reduce((sum, { n }) => sum + n, 0);
  return share(
    tenths.reduce((sum, { sum: posteriors, right }) => sum + Math.abs(posteriors - right), 0),
    all,
  );
}

/** The figures of a cell; explained in docs/benches.md. */
export function figuresOf(key: string, score: CellScore): Record<string, number> {
  const figures: Record<string, number> = {
    Names: score.all.names,
    Wrong: score.all.wrong,
    Precision: precisionOf(score),
    PrecisionLower95: lowerBound(score.all.names - score.all.wrong, score.all.names),
    PrecisionSightings: share(score.saidRight, score.said, 1),
    Coverage: coverageOf(score),
    CoverageLive: share(score.namedLive, score.due),
    CoverageTracks: share(score.tracksNamed, score.tracks),
    SecondsP50: quantile(score.seconds, 0.5),
    SecondsP90: quantile(score.seconds, 0.9),
    WrongOnRefused: score.wrongOnRefused,
    WrongCarried: score.wrongCarried,
    RefusedNames: score.refusedNames,
    InViewNames: score.inView.names,
    InViewWrong: score.inView.wrong,
    OutOfViewNames: score.outOfView.names,
    OutOfViewWrong: score.outOfView.wrong,
    Swaps: score.swaps,
    SwapsFound: score.swapsFound,
    FalseHandOvers: score.falseHandOvers,
    CalibrationError: calibrationError(score),
    NearestPrecision: share(score.nearestRight, score.nearestSaid),
    NearestCoverage: share(score.nearestDueRight, score.tracks),
    Occlusions: score.occlusions,
    AfterByBadge: share(score.afterByBadge, score.occlusions),
    AfterByTrack: share(score.afterByTrack, score.occlusions),
    MsP50: quantile(score.ms, 0.5),
    MsP99: quantile(score.ms, 0.99),
  };
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [key + name, value]));
}

/** What a cell misses of its targets, as sentences; empty where it meets them. */
export function missedBy(key: string, score: CellScore): string[] {
  const missed: string[] = [];
  const precision = precisionOf(score);
  if (precision < TARGETS.precision)
    missed.push(`${key}: precision ${precision.toFixed(3)} below ${TARGETS.precision}`);
  const coverage = coverageOf(score);
  if (key === MAIN_CELL && coverage < TARGETS.coverage)
    missed.push(`${key}: coverage ${coverage.toFixed(3)} below ${TARGETS.coverage}`);
  if (key.endsWith('portals') && score.all.wrong > TARGETS.wrongByPortals)
    missed.push(`${key}: ${score.all.wrong} wrong names by portals alone`);
  if (score.refusedNames > TARGETS.refusedNames)
    missed.push(`${key}: ${score.refusedNames} names of people who refused`);
  return missed;
}
