import type { PrecisionRow } from './models-api.ts';

/** A week of the chart, in shares of 1. */
export interface ChartPoint {
  week: string;
  value: number;
  low: number;
  high: number;
  judged: number;
  version: string;
}

/**
 * The weeks with a share, oldest first. Where two versions ran in one week, the one with more
 * verdicts is shown.
 */
export function pointsOf(rows: readonly PrecisionRow[]): ChartPoint[] {
  const weeks = new Map<string, ChartPoint>();
  for (const { week, detection, judged, model, version } of rows) {
    if (week === null || detection === null) continue;
    const before = weeks.get(week);
    if (before && before.judged >= judged) continue;
    weeks.set(week, { week, ...detection, judged, version: `${model} ${version}` });
  }
  return [...weeks.values()].sort((a, b) => (a.week < b.week ? -1 : 1));
}

/** Weeks that start with another version than the previous week. */
export function changesOf(points: readonly ChartPoint[]): number[] {
  return points.flatMap((point, at) =>
    at > 0 && points[at - 1]?.version !== point.version ? [at] : [],
  );
}
