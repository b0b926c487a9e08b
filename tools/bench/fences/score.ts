import { grouped } from '../../../api/src/platform/kit/grouped.ts';
import { quantile } from '../result.ts';
import type { FenceData } from './data.ts';
import { type FoundEvent, runFences } from './run.ts';

/** Clocks and borders: an event so near to a stay is of it, ms. */
const NEAR_MS = 3_000;

export interface FenceScore {
  truths: number;
  found: number;
  falseEvents: number;
  badgeHours: number;
  /** Stays of which more than one event was made. */
  flaps: number;
  withdrawn: number;
  /** Seconds from begin and dwell to the notice. */
  delays: number[];
}

/** Compares what the fences found with the truth. An event that was taken back later counts as false: people were notified. */
export function scoreFences(data: FenceData): FenceScore {
  const events = runFences(data);
  const dwell = new Map(data.fences.map(({ id, dwellSeconds }) => [id, dwellSeconds * 1000]));
  const isOf = (event: FoundEvent, { fence, badge, from, until }: FenceData['truth'][number]) =>
    event.fence === fence &&
    event.badge === badge &&
    event.from <= until + NEAR_MS &&
    (event.until ?? Number.POSITIVE_INFINITY) >= from - NEAR_MS;
  const delays: number[] = [];
  let [found, flaps] = [0, 0];
  const isTrue = new Set<FoundEvent>();
  for (const truth of data.truth) {
    const own = events.filter((event) => isOf(event, truth));
    for (const event of own) isTrue.add(event);
    if (!truth.clear) continue;
    const lasting = own.filter(({ withdrawn }) => !withdrawn);
    if (lasting.length === 0) continue;
    found++;
    if (lasting.length > 1) flaps++;
    const first = Math.min(...own.map(({ openedAt }) => openedAt));
    delays.push((first - truth.from - (dwell.get(truth.fence) ?? 0)) / 1000);
  }
  let badgeMs = 0;
  for (const fixes of grouped(data.fixes, ({ badge }) => badge).values()) {
    let [first, last] = [Number.POSITIVE_INFINITY, 0];
    for (const { at } of fixes) [first, last] = [Math.min(first, at), Math.max(last, at)];
    badgeMs += last - first;
  }
  return {
    truths: data.truth.filter(({ clear }) => clear).length,
    found,
    falseEvents: events.filter((event) => !isTrue.has(event)).length,
    badgeHours: badgeMs / 3_600_000,
    flaps,
    withdrawn: events.filter(({ withdrawn }) => withdrawn).length,
    delays,
  };
}

export const delayP95 = ({ delays }: Pick<FenceScore, 'delays'>): number => quantile(delays, 0.95);
