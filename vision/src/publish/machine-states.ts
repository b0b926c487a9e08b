import { type MachineState, machineState } from '@anshi/contracts';
import type { Logger } from 'pino';
import { MACHINE_STALE_MS } from '../judge/machines.ts';

/** The last word on each machine that came over the bus, and when it came. */
export class MachineStates {
  readonly told = new Map<string, { readonly state: MachineState; readonly receivedAt: number }>();
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  /**
   * Takes a message of a machine's topic. One that is damaged, or says another machine than its topic,
   * is left out and logged: the machine's last word then grows old, and it counts as running.
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
    const before = this.told.get(machine);
    // Two that overtook each other: the later one holds. Whoever overtakes does so at once: a machine
    // whose clock was set back is heard again as soon as its last word says nothing any more.
    const isFresh = before !== undefined && receivedAt - before.receivedAt <= MACHINE_STALE_MS;
    if (isFresh && Date.parse(before.state.at) > Date.parse(state.data.at)) return;
    this.told.set(machine, { state: state.data, receivedAt });
  }
}
