import type { CameraConfig } from '@anshi/contracts';
import type { ConfirmedVerdict } from '../../vision/src/judge/verdict.ts';
import type { Truth } from '../bench/rules/data.ts';
import { scoreStream } from '../bench/rules/score.ts';
import type { Run } from './run.ts';

/** Two records are of one act where they are no further apart, ms. */
const APART_MS = 2_000;

/** Two runs beside each other. */
export interface Compared {
  readonly both: number;
  readonly onlyFirst: readonly ConfirmedVerdict[];
  readonly onlySecond: readonly ConfirmedVerdict[];
}

/** Which records of two runs are of the same act: of one rule and item, at the same time. */
export function compareRuns(first: Run, second: Run): Compared {
  const open = new Set(second.confirmed);
  const onlyFirst: ConfirmedVerdict[] = [];
  for (const one of first.confirmed) {
    const like = [...open].filter((other) => isAlike(one, first, other, second));
    const apart = (other: ConfirmedVerdict) => Math.abs(other.confirmedAt - one.confirmedAt);
    const same = like.find(({ violation }) => violation === one.violation);
    const nearest = same ?? like.sort((a, b) => apart(a) - apart(b))[0];
    if (nearest) open.delete(nearest);
    else onlyFirst.push(one);
  }
  const both = first.confirmed.length - onlyFirst.length;
  return { both, onlyFirst, onlySecond: [...open] };
}

function isAlike(one: ConfirmedVerdict, a: Run, other: ConfirmedVerdict, b: Run): boolean {
  if (one.ruleId !== other.ruleId || one.item !== other.item) return false;
  const end = (of: ConfirmedVerdict, run: Run) => run.ended.get(of.violation) ?? of.confirmedAt;
  return one.startedAt <= end(other, b) + APART_MS && other.startedAt <= end(one, a) + APART_MS;
}

/** A run against what was so. */
export interface Against {
  readonly due: number;
  readonly found: number;
  readonly missed: number;
  readonly falseAlarms: number;
  readonly doubled: number;
  readonly hours: number;
  readonly falsePerHour: number;
}

export function againstTruth(config: CameraConfig, truth: Truth, run: Run): Against {
  const { scores } = scoreStream({ name: config.id, config, truth }, run);
  const sum = { due: 0, found: 0, falseAlarms: 0, doubled: 0, hours: 0 };
  for (const score of scores.values()) {
    sum.due += score.due;
    sum.found += score.found;
    sum.falseAlarms += score.wrong;
    sum.doubled += score.doubled;
    sum.hours = Math.max(sum.hours, score.hours);
  }
  const falsePerHour = sum.hours > 0 ? sum.falseAlarms / sum.hours : 0;
  return { ...sum, missed: sum.due - sum.found, falsePerHour };
}
