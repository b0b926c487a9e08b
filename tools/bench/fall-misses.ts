import type { FallClip } from './fall-clip.ts';
import { quantile } from './result.ts';

/** Targets of the bench `fall`. */
export interface FallTargets {
  /** Minimum share of falls found. */
  found: number;
  /** Maximum of the median delay from the begin of a fall to its record, seconds. */
  delaySeconds: number;
  /** Maximum number of clips of daily life with an alarm. */
  alarms: number;
}

/** The figures of a run over clips. */
export function fallFigures(clips: readonly Pick<FallClip, 'fall' | 'delay' | 'alarms'>[]) {
  const falls = clips.filter(({ fall }) => fall);
  const daily = clips.filter(({ fall }) => !fall);
  const delays = falls.flatMap(({ delay }) => (delay === null ? [] : [delay]));
  return {
    falls: falls.length,
    found: delays.length,
    daily: daily.length,
    falseAlarms: clips.reduce((sum, { alarms }) => sum + alarms, 0),
    alarmedClips: daily.filter(({ alarms }) => alarms > 0).length,
    delayP50: quantile(delays, 0.5),
    delayWorst: Math.max(0, ...delays),
  };
}

/** Each target that a run missed, in words. A run without falls, or without daily life, shows nothing and is a miss. */
export function fallMisses(
  { falls, found, daily, alarmedClips, delayP50 }: ReturnType<typeof fallFigures>,
  targets: FallTargets,
): string[] {
  const misses: string[] = [];
  if (falls === 0) misses.push('no clip has a fall');
  else if (found / falls < targets.found)
    misses.push(`${found} of ${falls} falls found, the target is ${targets.found}`);
  if (daily === 0) misses.push('no clip is of daily life');
  if (alarmedClips > targets.alarms)
    misses.push(`alarms on ${alarmedClips} clips of daily life, the target is ${targets.alarms}`);
  if (delayP50 > targets.delaySeconds)
    misses.push(`median delay ${delayP50.toFixed(1)} s, the target is ${targets.delaySeconds} s`);
  return misses;
}
