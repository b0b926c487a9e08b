import {
  addMachineReport,
  type MachineReport,
  machineState,
  type OutsideTime,
  readOutsideTime,
} from '@anshi/contracts';
import type { Logger } from 'pino';

/** Why a state was refused for its time. */
export type RefusedWhy = Extract<OutsideTime, { result: 'refused' }>['why'];

/** A machine whose timestamps are refused is logged again after this, ms. */
const TELL_AGAIN_MS = 60_000;

/** The reports of each machine that came over the bus, and their arrival. */
export class MachineStates {
  readonly told = new Map<string, readonly MachineReport[]>();
  /** How many states were refused for their time. */
  readonly refused: Record<RefusedWhy, number> = { ahead: 0, 'too-old': 0, 'no-time': 0 };
  readonly #log: Logger;
  /** By machine: when a refusal was logged. */
  readonly #logged = new Map<string, number>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /**
   * Takes a message of a machine's topic. One that is damaged, says another machine than its topic or
   * has a time that cannot be is left out and logged: the machine's last report then gets stale, and it
   * counts as running.
   *
   * @param machine from the topic.
   * @param receivedAt ms since the epoch.
   */
  take(machine: string, payload: Buffer, receivedAt: number): void {
    // An empty one takes the retained state away.
    if (payload.length === 0) {
      this.told.delete(machine);
      return;
    }
    let content: unknown;
    try {
      content = JSON.parse(payload.toString());
    } catch {
      content = undefined;
    }
    const state = machineState.safeParse(content);
    if (!state.success || state.data.machine !== machine) {
      const text = payload.toString().slice(0, 200);
      this.#log.warn({ machine, payload: text }, "a machine's state is damaged and left out");
      return;
    }
    const time = readOutsideTime('machine-state', state.data.at, receivedAt);
    if (time.result !== 'taken') {
      this.#refuse(machine, state.data.at, time.why, receivedAt);
      return;
    }
    const reports = this.told.get(machine) ?? [];
    this.told.set(machine, addMachineReport(reports, { state: state.data, receivedAt }));
  }

  #refuse(machine: string, at: string, why: RefusedWhy, receivedAt: number): void {
    this.refused[why]++;
    const logged = this.#logged.get(machine);
    if (logged !== undefined && Math.abs(receivedAt - logged) < TELL_AGAIN_MS) return;
    this.#logged.set(machine, receivedAt);
    this.#log.warn(
      { machine, at, why },
      "a machine's state has a time that cannot be; set its clock",
    );
  }
}
