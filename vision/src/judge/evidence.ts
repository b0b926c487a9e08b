import type { EvidenceMemory } from './state.ts';

/** The result of a rule for one sighting: it holds, it does not, or it is unknown. */
export type Sighting = 'holds' | 'gone' | 'unknown';

export interface EvidenceTimes {
  /** Decided time over which the evidence must hold, ms. */
  readonly confirm: number;
  /** Decided time over which it must be gone, ms. */
  readonly clear: number;
  /**
   * Decided time, ms, over which contradicting sightings are remembered before a confirmation; 0
   * where a sighting is reliable, such as whether a person is in a zone.
   */
  readonly doubt: number;
}

/** A time for which it held, or did not: from, to, and 1 where it held. ms of the state's clock. */
export type Stretch = readonly [from: number, to: number, holds: 0 | 1];

export type EvidenceEvent =
  | {
      readonly kind: 'confirmed';
      readonly startedAt: number;
      readonly confidence: number;
      /** What was decided when, oldest first. What lies between is unknown time. */
      readonly stretches: readonly Stretch[];
      /** Decided time over which it was looked at, and that in which it held, ms. */
      readonly counted: number;
      readonly held: number;
    }
  | { readonly kind: 'ended' };

/** Share of the decided time in which the evidence must hold; the complement ends it. */
export const HOLD_SHARE = 0.7;
/**
 * Share of the remembered time that must hold too, so that short runs of false sightings do not
 * confirm.
 */
export const BEYOND_DOUBT_SHARE = 0.6;
/** A sighting counts for the time since the last one, but at most this, ms. */
const LONGEST_WEIGHT = 500;
/** Older evidence is discarded, ms. */
const OLDEST_SAMPLE = 30_000;
/**
 * A rule with a longer confirm time keeps evidence for that time and half as much again for unknown
 * time.
 */
const OLDEST_IN_NEEDED = 1.5;

export function emptyEvidence(): EvidenceMemory {
  return { kind: 'evidence', samples: [], weighedTo: null, open: null };
}

/**
 * Adds one sighting. Unknown time, or time in which the person is not seen, counts neither way:
 * towards neither the confirm nor the clear time.
 *
 * @param memory is modified; its `open` is left to the caller, except `heldAt`.
 * @param at ms, not earlier than the last sighting.
 */
export function weigh(
  memory: EvidenceMemory,
  sighting: Sighting,
  at: number,
  times: EvidenceTimes,
): EvidenceEvent | undefined {
  const since = memory.weighedTo;
  if (sighting === 'unknown') {
    memory.weighedTo ??= at;
    return undefined;
  }
  const weight = since === null ? 0 : Math.min(LONGEST_WEIGHT, Math.max(0, at - since));
  memory.weighedTo = at;
  const held = sighting === 'holds';
  memory.samples.push([at, weight, held ? 1 : 0]);
  const needed = memory.open ? times.clear : times.confirm;
  keepRecent(memory, memory.open ? needed : Math.max(needed, times.doubt), at);
  const recent = newest(memory.samples, needed);
  const { total, share } = holdingIn(recent, held);
  if (memory.open) {
    if (held) memory.open.heldAt = at;
    if (held || total < needed || share > 1 - HOLD_SHARE) return undefined;
    memory.samples = [];
    return { kind: 'ended' };
  }
  if (!held || total < needed || share < HOLD_SHARE) return undefined;
  if (holdingIn(memory.samples, held).share < BEYOND_DOUBT_SHARE) return undefined;
  // A sighting counts for the interval before it.
  const [heldAt, stretch] = recent.find(([, , h]) => h === 1) ?? [at, 0];
  const startedAt = heldAt - stretch;
  const stretches = stretchesOf(memory.samples);
  memory.samples = [];
  const confidence = Math.min(1, share);
  return {
    kind: 'confirmed',
    startedAt,
    confidence,
    stretches,
    counted: total,
    held: total * share,
  };
}

/** How far a confirmation is. */
export interface EvidenceProgress {
  /** Decided time of the newest samples, up to the confirm time and a sample, and what held of it, ms. */
  readonly counted: number;
  readonly held: number;
  /** The share that holds of all that is remembered. */
  readonly remembered: number;
  /** Whether it did not hold for a while between times at which it did. */
  readonly isBroken: boolean;
}

/** How far the evidence of a rule is that is not confirmed. */
export function progressOf({ samples }: EvidenceMemory, confirm: number): EvidenceProgress {
  const recent = newest(samples, confirm);
  const { total, share } = holdingIn(recent, false);
  const states = recent.map(([, , holds]) => holds);
  const inside = states.slice(states.indexOf(1), states.lastIndexOf(1) + 1);
  return {
    counted: total,
    held: total * share,
    remembered: holdingIn(samples, false).share,
    isBroken: inside.includes(0),
  };
}

/** Longest pause between two samples of one stretch, ms. */
const JOINED_MS = 1;

function stretchesOf(samples: Samples): Stretch[] {
  const stretches: Stretch[] = [];
  for (const [at, weight, holds] of samples) {
    const last = stretches.at(-1);
    const from = at - weight;
    if (last && last[2] === holds && from - last[1] <= JOINED_MS) {
      stretches[stretches.length - 1] = [last[0], at, holds];
    } else stretches.push([from, at, holds]);
  }
  return stretches;
}

type Samples = EvidenceMemory['samples'];

/** The newest samples that together cover the needed time, or all if they do not. */
function newest(samples: Samples, needed: number): Samples {
  let total = 0;
  let from = samples.length;
  while (from > 0 && (total < needed || from === samples.length)) total += samples[--from]![1];
  return samples.slice(from);
}

/** The decided time of samples and the share of it that holds. */
function holdingIn(samples: Samples, held: boolean): { total: number; share: number } {
  let total = 0;
  let holding = 0;
  for (const [, weight, holds] of samples) {
    total += weight;
    holding += weight * holds;
  }
  return { total, share: total > 0 ? holding / total : held ? 1 : 0 };
}

/** Keeps the newest samples that cover the needed time. */
function keepRecent(memory: EvidenceMemory, needed: number, at: number): void {
  const { samples } = memory;
  let total = samples.reduce((sum, [, weight]) => sum + weight, 0);
  const oldest = Math.max(OLDEST_SAMPLE, OLDEST_IN_NEEDED * needed);
  let drop = 0;
  while (drop < samples.length - 1) {
    const [time, weight] = samples[drop]!;
    if (total - weight < needed && at - time <= oldest) break;
    total -= weight;
    drop++;
  }
  if (drop > 0) samples.splice(0, drop);
}
