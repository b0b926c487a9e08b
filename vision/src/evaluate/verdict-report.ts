import { PictureBootstrap, type Share } from './bootstrap.ts';
import { groupBy } from './group-by.ts';
import type { VerdictKind } from './labelled-people.ts';
import type { PersonVerdict } from './person-verdicts.ts';
import type { SeenPicture } from './seen-picture.ts';
import { type HeightRange, inRange, VERDICT_RANGES } from './verdict-heights.ts';
import {
  countVerdicts,
  mapShares,
  type VerdictCounts,
  type VerdictShares,
  verdictRatios,
} from './verdict-table.ts';

/** One set with its verdicts. */
export interface JudgedSet {
  /** Such as `css/val`; the first part of the path is its source. */
  readonly name: string;
  readonly pictures: readonly SeenPicture[];
  readonly verdicts: readonly PersonVerdict[];
}

/** Verdicts on some people, with intervals. */
export interface VerdictFigures extends VerdictShares<Share> {
  /** Rows: labels. Columns: verdicts. */
  readonly labelled: VerdictCounts;
  readonly people: number;
}

/** Verdicts on one item, over all heights and by height. */
export interface ItemFigures extends VerdictFigures {
  readonly byHeight: readonly (HeightRange & VerdictFigures)[];
}

/** Figures by item; an item that is labelled nowhere is left out. */
export type FiguresByItem = Partial<Record<VerdictKind, ItemFigures>>;

/** The table of `bench verdict`. */
export interface VerdictReport {
  readonly sets: Readonly<Record<string, FiguresByItem>>;
  readonly sources: Readonly<Record<string, FiguresByItem>>;
  readonly total: FiguresByItem;
}

/** Figures of some verdicts, such as those on bare-headed people above a height. */
export type FiguresOf = (verdicts: readonly PersonVerdict[]) => VerdictFigures;

/** The source of a set: the first part of its path. */
const sourceOf = (set: string): string => set.split(/[/:]/)[0]!;

/**
 * Prepares figures with intervals by bootstrap over the pictures of these sets.
 *
 * @param resamples how often the pictures are drawn.
 */
export function figuresOver(
  sets: readonly JudgedSet[],
  resamples: number,
  seed: number,
): FiguresOf {
  const pictures = new Map(sets.flatMap((set) => set.pictures).map((picture, i) => [picture, i]));
  const bootstrap = new PictureBootstrap(
    sets.map((set) => ({ name: set.name, pictures: set.pictures.length })),
    resamples,
    seed,
  );
  return (verdicts) => {
    const ofPicture = groupBy(verdicts, ({ picture }) => pictures.get(picture)!);
    const labelled = countVerdicts(verdicts);
    const ratios = [...ofPicture].map(
      ([at, those]) => [at, verdictRatios(countVerdicts(those))] as const,
    );
    const share = (name: keyof VerdictShares) => {
      const [part, whole] = [new Array(pictures.size).fill(0), new Array(pictures.size).fill(0)];
      for (const [at, ratio] of ratios) {
        part[at] = ratio[name].part;
        whole[at] = ratio[name].whole;
      }
      return bootstrap.share(part, whole);
    };
    return {
      labelled,
      people: verdicts.length,
      ...mapShares(verdictRatios(labelled), (_, name) => share(name)),
    };
  };
}

/**
 * The whole table: each set, each source and all together, by item and height. Where the pictures of a
 * set are given twice, with other labels, sources and the total have the first of them only: the same
 * people are not counted twice.
 */
export function verdictReport(sets: readonly JudgedSet[], figuresOf: FiguresOf): VerdictReport {
  const byItem = (verdicts: readonly PersonVerdict[]): FiguresByItem =>
    Object.fromEntries(
      [...groupBy(verdicts, ({ kind }) => kind)].map(([kind, those]) => [
        kind,
        {
          ...figuresOf(those),
          byHeight: VERDICT_RANGES.map((range) => ({
            ...range,
            ...figuresOf(inRange(those, range)),
          })),
        },
      ]),
    );
  const verdictsOf = (some: readonly JudgedSet[]) => some.flatMap(({ verdicts }) => verdicts);
  const once = [...groupBy(sets, ({ name }) => name.split(':')[0]).values()].map(
    ([first]) => first!,
  );
  const sources = groupBy(once, ({ name }) => sourceOf(name));
  return {
    sets: Object.fromEntries(sets.map(({ name, verdicts }) => [name, byItem(verdicts)])),
    sources: Object.fromEntries(
      [...sources].map(([source, some]) => [source, byItem(verdictsOf(some))]),
    ),
    total: byItem(verdictsOf(once)),
  };
}
