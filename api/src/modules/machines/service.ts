import type { MachineState } from '@anshi/contracts';
import { type Account, actorOf } from '../../platform/account.ts';
import type { Database } from '../../platform/database.ts';
import { allStates, saveState } from './repository.ts';

export type MachinesService = ReturnType<typeof createMachinesService>;

export function createMachinesService(database: Database, tenant: string) {
  return {
    save: (state: MachineState) =>
      database.transaction({ tenant, user: null }, (tx) => saveState(tx, tenant, state)),
    list: (account: Account) => database.transaction(actorOf(account), allStates),
  };
}
