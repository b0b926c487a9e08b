import type { MachineState } from '@anshi/contracts';
import { type Clock, loopTime } from '../clock.ts';
import type { Task } from '../scheduler.ts';
import type { Floor } from './floor.ts';
import { uniform } from './random.ts';

type State = MachineState['state'];

/** A shortened shift: long runs, a changeover, and occasionally a fault. Seconds. */
const PLAN: readonly (readonly [state: State, seconds: number])[] = [
  ['running', 300],
  ['stopped', 30],
  ['running', 240],
  ['fault', 20],
  ['idle', 10],
];
const PLAN_SECONDS = PLAN.reduce((sum, [, seconds]) => sum + seconds, 0);
/** Polling interval of a cell's light curtain, seconds. */
const EVERY = 0.25;
/**
 * Republishing interval of an unchanged state, so that subscribers know that it is current,
 * seconds.
 */
const TELL_AGAIN = 10;

/** The planned state at `elapsed` seconds since the plan started. */
export function plannedState(elapsed: number): State {
  let { time } = loopTime(elapsed, PLAN_SECONDS);
  for (const [state, seconds] of PLAN) {
    if (time < seconds) return state;
    time -= seconds;
  }
  return 'running';
}

export interface MachinesOptions {
  floor: Floor;
  clock: Clock;
  publish: (state: MachineState) => void;
  seed: string;
}

/**
 * The machines of a floor: each follows its plan, but idles instead of running while a person is in
 * its cell. A state is published when it changes, and every few seconds.
 */
export class Machines implements Task {
  readonly #options: MachinesOptions;
  readonly #states = new Map<string, MachineState>();
  /** Offset of each machine in its first run, so that they do not all stop at once. */
  readonly #ahead = new Map<string, number>();
  readonly #toldAt = new Map<string, number>();
  #next = 0;

  constructor(options: MachinesOptions) {
    this.#options = options;
    const [, firstRun] = PLAN[0]!;
    for (const machine of options.floor.machines.keys()) {
      this.#ahead.set(machine, uniform(`${options.seed}/${machine}`)() * firstRun * 0.5);
    }
  }

  /** The latest state of each machine, to republish after a reconnect. */
  states(): MachineState[] {
    return [...this.#states.values()];
  }

  due(): number {
    return this.#ahead.size > 0 ? this.#next : Infinity;
  }

  run(now: number): void {
    const { floor, clock, publish } = this.#options;
    this.#next = now + EVERY;
    const { time } = loopTime(now, floor.duration);
    for (const [machine, ahead] of this.#ahead) {
      const planned = plannedState(now + ahead);
      const waits = planned === 'running' && floor.isCellOccupied(machine, time);
      const state = waits ? 'idle' : planned;
      const isOld = now - (this.#toldAt.get(machine) ?? -Infinity) >= TELL_AGAIN;
      if (!isOld && this.#states.get(machine)?.state === state) continue;
      this.#toldAt.set(machine, now);
      const told = { machine, state, at: new Date(clock.wallAt(now)).toISOString() } as const;
      this.#states.set(machine, told);
      publish(told);
    }
  }
}
