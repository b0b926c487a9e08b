import type { MachineState } from '@anshi/contracts';
import type { Logger } from 'pino';
import { type Account, actorOf } from '../../platform/access/account.ts';
import { reachOf } from '../../platform/access/scope.ts';
import type { Database } from '../../platform/db/database.ts';
import { isRefusedByDatabase } from '../../platform/db/database-errors.ts';
import { saveState, statesWithin } from './repository.ts';

const AGAIN_AFTER_MS = 2_000;

export type MachinesService = ReturnType<typeof createMachinesService>;

export function createMachinesService(options: {
  database: Database;
  log: Logger;
  tenant: string;
}) {
  const { database, log, tenant } = options;
  /** The newest state of each machine that is not written yet. */
  const waiting = new Map<string, MachineState>();
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

  async function writeOne(state: MachineState): Promise<void> {
    try {
      await database.transaction({ tenant, user: null }, (tx) => saveState(tx, tenant, state));
      away = false;
    } catch (error) {
      if (!isRefusedByDatabase(error)) throw error;
      log.warn({ err: error, machine: state.machine }, 'a machine state cannot be stored');
    }
    if (waiting.get(state.machine) === state) waiting.delete(state.machine);
  }

  return {
    /**
     * Takes a state from the bus and writes it as soon as the database takes it: retained messages
     * come once, so that one that is dropped would not come again before the machine changes.
     */
    keep(state: MachineState): void {
      const known = waiting.get(state.machine);
      if (known && Date.parse(known.at) > Date.parse(state.at)) return;
      waiting.set(state.machine, state);
      if (!away) void write();
    },
    list: (account: Account) =>
      database.transaction(actorOf(account), (tx) =>
        statesWithin(tx, reachOf(account, 'machine:read')),
      ),
    close(): void {
      clearTimeout(timer);
      waiting.clear();
    },
  };
}
