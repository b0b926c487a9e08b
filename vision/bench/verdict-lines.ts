import type { Share } from '../src/evaluate/bootstrap.ts';
import type {
  FiguresByItem,
  VerdictFigures,
  VerdictReport,
} from '../src/evaluate/verdict-report.ts';
import type { TargetResult } from '../src/evaluate/verdict-targets.ts';

const HEAD = [
  'pictures of',
  'item',
  'height, px',
  'people',
  'not seen',
  'unknown',
  'right of decided',
  'missing: precision',
  'missing: recall',
  'worn: precision',
  'worn: recall',
];

/** The report as a table in Markdown: all sets together, then each of them. */
export function reportLines({ sets, total }: VerdictReport): string[] {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const names = Object.entries(sets);
  const parts = names.length === 1 ? names : [['all', total] as const, ...names];
  return [
    row(HEAD),
    row(HEAD.map(() => '---')),
    ...parts.flatMap(([name, figures]) => linesOf(name, figures).map(row)),
  ];
}

function linesOf(name: string, figures: FiguresByItem): string[][] {
  return Object.entries(figures).flatMap(([item, { byHeight, ...all }]) => [
    [name, item, 'all', ...cellsOf(all)],
    ...byHeight
      .filter(({ people }) => people > 0)
      .map(({ from, to, ...some }) => [name, item, rangeOf(from, to), ...cellsOf(some)]),
  ]);
}

const rangeOf = (from: number, to: number | null) =>
  to === null ? `${from} and more` : `${from}-${to}`;

function cellsOf(figures: VerdictFigures): string[] {
  const { notFound, unknown, rightOfKnown } = figures;
  const { missingPrecision, missingRecall, wornPrecision, wornRecall } = figures;
  return [
    String(figures.people),
    ...[notFound, unknown, rightOfKnown].map(shareText),
    ...[missingPrecision, missingRecall, wornPrecision, wornRecall].map(shareText),
  ];
}

/** Such as `.94 (.91-.96)`. */
function shareText({ value, low, high }: Share): string {
  if (value === null) return '-';
  return low === null || high === null
    ? short(value)
    : `${short(value)} (${short(low)}-${short(high)})`;
}

const short = (value: number) => value.toFixed(2).replace(/^0/, '');

/** One line for each target. */
export function targetLines(targets: readonly TargetResult[]): string[] {
  return targets.map(({ set, item, target, bound, limit, holds, of, ...share }) => {
    const sign = bound === 'least' ? '>=' : '<=';
    return `${holds ? 'holds ' : 'MISSED'} ${set} ${item} ${target} ${sign} ${limit}: ${shareText({ ...share, of })} of ${of} people`;
  });
}
