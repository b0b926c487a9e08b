import {
  addMachineReport,
  type MachineReport,
  type MachineState,
  machineKnown,
} from '@anshi/contracts';
import type { Logger } from 'pino';
import { type Account, actorOf } from '../../platform/access/account.ts';
import { reachOf } from '../../platform/access/scope.ts';
import type { Database } from '../../platform/db/database.ts';
import { isRefusedByDatabase } from '../../platform/db/database-errors.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { keepStretch, saveState, statesWithin } from './repository.ts';
import { addWaiting } from './waiting.ts';

const AGAIN_AFTER_MS = 2_000;
const COUNT_EVERY_MS = 10_000;

export type MachinesService = ReturnType<typeof createMachinesService>;

export function createMachinesService(options: {
  database: Database;
  metrics: Pick<Metrics, 'machineContradictions'>;
  log: Logger;
  tenant: string;
}) {
  const { database, metrics, log, tenant } = options;
  /** Recent messages, to show contradictions. */
  const reports = new Map<string, MachineReport[]>();
  /** What each machine said that is not written yet, in the order in which it came. */
  const waiting = new Map<string, MachineState[]>();
  /** What acknowledges each of them. */
  const acknowledge = new WeakMap<MachineState, () => void>();
  const finish = (states: readonly MachineState[]) => {
    for (const one of states) acknowledge.get(one)?.();
  };
  const listeners: ((state: MachineState) => void)[] = [];
  let writing = false;
  let timer: NodeJS.Timeout | undefined;
  let away = false;

  /** One after the other, however many come at once: people need connections, too. */
  async function write(): Promise<void> {
    if (writing) return;
    writing = true;
    try {
      for (let next = first(); next; next = first()) await writeOne(next);
    } catch (error) {
      if (!away) log.warn({ err: error }, 'machine states wait until the database takes them');
      away = true;
      timer = setTimeout(() => void write(), AGAIN_AFTER_MS);
    } finally {
      writing = false;
    }
  }

  const first = () => waiting.values().next().value;

  const contradictionOf = (machine: string, now: number) =>
    machineKnown(reports.get(machine) ?? [], now).contradiction;

  /** Logs the start of a contradiction; it ends automatically. */
  function notice(state: MachineState, receivedAt: number): void {
    const { machine } = state;
    const before = contradictionOf(machine, receivedAt).length;
    reports.set(machine, addMachineReport(reports.get(machine) ?? [], { state, receivedAt }));
    const told = contradictionOf(machine, receivedAt).map((report) => report.state);
    if (before > 0 || told.length === 0) return;
    log.warn({ machine, told }, 'a machine has contradicting states; its rules stay armed');
    countContradictions();
  }

  function countContradictions(): void {
    const now = Date.now();
    const machines = [...reports.keys()].filter((one) => contradictionOf(one, now).length > 0);
    metrics.machineContradictions.set(machines.length);
  }
  const counting = setInterval(countContradictions, COUNT_EVERY_MS).unref();

  /** All of a machine together: after an interruption they come at once. */
  async function writeOne(states: readonly MachineState[]): Promise<void> {
    const written = [...states];
    const last = written.at(-1) as MachineState;
    const { machine } = last;
    try {
      await database.transaction({ tenant, user: null }, async (tx) => {
        for (const one of written) await keepStretch(tx, tenant, one);
        await saveState(tx, tenant, last);
      });
      away = false;
      for (const one of listeners) one(last);
    } catch (error) {
      if (!isRefusedByDatabase(error)) throw error;
      log.warn({ err: error, machine }, 'a machine state cannot be stored');
    }
    finish(written);
    const left = (waiting.get(machine) ?? []).filter((one) => !written.includes(one));
    if (left.length > 0) waiting.set(machine, left);
    else waiting.delete(machine);
  }

  return {
    /**
     * Takes a state from the bus and writes it as soon as the database takes it: retained messages
     * come once, so that one that is dropped would not come again before the machine changes.
     *
     * @param state its time was read.
     * @param receivedAt ms since the epoch.
     * @returns resolves once it is written, cannot be, or the buffer of its machine does without it.
     */
    keep(state: MachineState, receivedAt: number): Promise<void> {
      notice(state, receivedAt);
      return new Promise((done) => {
        acknowledge.set(state, done);
        const before = waiting.get(state.machine) ?? [];
        const after = addWaiting(before, state);
        waiting.set(state.machine, after);
        if (after.length <= before.length) {
          const kept = new Set(after);
          finish(before.filter((one) => !kept.has(one)));
        }
        if (!away) void write();
      });
    },
    /** Calls back after each state that was written. */
    onState(listener: (state: MachineState) => void): void {
      listeners.push(listener);
    },
    /** The states within the account's scope, and their contradictions. */
    async list(account: Account) {
      const states = await database.transaction(actorOf(account), (tx) =>
        statesWithin(tx, reachOf(account, 'machine:read')),
      );
      const now = Date.now();
      return states.map((state) => ({
        ...state,
        contradiction: contradictionOf(state.machine, now).map(({ state: told }) => ({
          state: told.state,
          source: told.source ?? null,
          at: told.at,
        })),
      }));
    },
    close(): void {
      clearInterval(counting);
      clearTimeout(timer);
      waiting.clear();
    },
  };
}
