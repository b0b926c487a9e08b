import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultKind, faultPlan, type Pauses } from './fault-plan.ts';
import type { FaultWorld } from './fault-world.ts';

/** A fault that was made. */
export interface Injected {
  readonly kind: FaultKind;
  /** What was killed. */
  readonly name: string;
  /** Second of the run. */
  readonly at: number;
  /** Seconds until all was well again; null where it was not in time. */
  recovery: number | null;
}

export interface DrillOptions {
  readonly seed: string;
  /** No fault comes later than this, in seconds from now; but see `least`. */
  readonly seconds: number;
  /** So many faults come, also where they take longer than `seconds` (default 0). */
  readonly least?: number;
  readonly pauses: Pauses;
  readonly kinds?: readonly FaultKind[];
  /** What is not well after this is not recovered, and the drill ends, seconds. */
  readonly patience: number;
  readonly say: (text: string) => void;
}

/**
 * Kills one process after another by a plan. After the last one it waits until all is well.
 *
 * @returns what was killed; the recovery of a fault that met an ill system is that of both.
 */
export async function runFaults(world: FaultWorld, options: DrillOptions): Promise<Injected[]> {
  const { seed, seconds, least = 0, pauses, patience, say } = options;
  const since = (at: number) => (Date.now() - world.begin) / 1000 - at;
  const until = since(0) + seconds;
  const all: Injected[] = [];
  const becomesWell = async () => {
    const ill = all.filter(({ recovery }) => recovery === null);
    const last = ill.at(-1);
    if (!last) return true;
    const wrong = await world.wellAgain(world.begin + last.at * 1000, patience * 1000);
    if (wrong.length > 0) {
      say(`not recovered from ${ill.map(({ name }) => name).join(' and ')}: ${wrong.join('; ')}`);
      return false;
    }
    for (const one of ill) {
      one.recovery = since(one.at);
      say(
        `${one.name} killed at ${one.at.toFixed(1)} s, all well after ${one.recovery.toFixed(1)} s`,
      );
    }
    return true;
  };
  for (const { kind, which, pause, isEarly } of faultPlan(seed, pauses, options.kinds)) {
    if (!isEarly && !(await becomesWell())) return all;
    if (since(0) + pause >= until && all.length >= least) break;
    await sleep(pause * 1000);
    const name = await world.inject({ kind, which });
    all.push({ kind, name, at: since(0), recovery: null });
  }
  await becomesWell();
  return all;
}
