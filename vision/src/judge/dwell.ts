import { type EvidenceEvent, HOLD_SHARE, type Sighting, type Stretch } from './evidence.ts';
import type { DwellMemory } from './state.ts';

export interface DwellTimes {
  /** How long it must last, ms. */
  readonly confirm: number;
  /** How long it must be over until the episode ends, ms. */
  readonly clear: number;
  /** An interruption of this length begins the time again, ms; a shorter one does not. */
  readonly grace: number;
}

/** Time between two decided sightings that counts as the later one says, at most, ms. */
export const LONGEST_BRIDGE_MS = 10_000;
/** Stretches that are remembered for the explanation of a record, the newest. */
const MOST_STRETCHES = 64;

export function emptyDwell(about: string | null = null): DwellMemory {
  const times = { since: null, decidedAt: null, held: 0, gone: 0, goneRun: 0 };
  return { kind: 'dwell', about, ...times, trail: [], open: null };
}

/**
 * Measures how long something lasts. Unlike evidence, which is a share of the newest seconds, the time runs
 * from its beginning and starts again after an interruption. It is confirmed by the first sighting at which
 * it has lasted for the confirm time.
 *
 * Unknown sightings change nothing: the next decided one counts for the time since the last, up to
 * {@link LONGEST_BRIDGE_MS}. A person who is hidden for some seconds has stayed.
 *
 * @param memory modified; its `open` is left to the caller, except `heldAt`.
 * @param at ms, not earlier than the last sighting.
 */
export function dwell(
  memory: DwellMemory,
  sighting: Sighting,
  at: number,
  times: DwellTimes,
): EvidenceEvent | undefined {
  if (sighting === 'unknown') return undefined;
  const since = memory.decidedAt ?? at;
  const elapsed = Math.min(LONGEST_BRIDGE_MS, Math.max(0, at - since));
  memory.decidedAt = at;
  if (!memory.open) remember(memory, at - elapsed, at, sighting === 'holds' ? 1 : 0);
  if (sighting === 'holds') return holds(memory, at, elapsed, times);
  memory.goneRun += elapsed;
  if (memory.open) {
    if (memory.goneRun < times.clear) return undefined;
    restart(memory);
    return { kind: 'ended' };
  }
  if (memory.since === null) return undefined;
  memory.gone += elapsed;
  if (memory.goneRun >= times.grace) restart(memory);
  return undefined;
}

/** Leaves out the time since the last sighting, in which the camera saw nothing. */
export function leaveOut(memory: DwellMemory, at: number): void {
  if (memory.decidedAt !== null) memory.decidedAt = at;
}

function holds(
  memory: DwellMemory,
  at: number,
  elapsed: number,
  { confirm }: DwellTimes,
): EvidenceEvent | undefined {
  if (memory.open) memory.open.heldAt = at;
  memory.goneRun = 0;
  if (memory.since === null) memory.since = at;
  else memory.held += elapsed;
  if (memory.open || memory.held < confirm) return undefined;
  const share = memory.held / Math.max(1, memory.held + memory.gone);
  if (share < HOLD_SHARE) return undefined;
  const stretches = memory.trail;
  memory.trail = [];
  return {
    kind: 'confirmed',
    startedAt: memory.since,
    confidence: share,
    stretches,
    counted: memory.held + memory.gone,
    held: memory.held,
  };
}

function remember(memory: DwellMemory, from: number, to: number, holds: 0 | 1): void {
  const { trail } = memory;
  const last = trail.at(-1);
  // Nothing is explained by what was before it began.
  if (!last && holds === 0) return;
  if (!last) memory.trail = [[to, to, holds]];
  else if (last[2] === holds && from <= last[1]) {
    memory.trail = [...trail.slice(0, -1), [last[0], to, holds] satisfies Stretch];
  } else memory.trail = [...trail.slice(1 - MOST_STRETCHES), [from, to, holds] satisfies Stretch];
}

function restart(memory: DwellMemory): void {
  memory.since = null;
  memory.held = 0;
  memory.gone = 0;
  memory.goneRun = 0;
  memory.trail = [];
}
