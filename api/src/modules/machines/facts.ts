import type { Transaction } from '../../platform/db/database.ts';
import type { ModuleFacts } from '../../platform/facts.ts';

/** The last known states of machines, by their ids. */
async function statesOf(tx: Transaction, machines: readonly string[]) {
  const rows = await tx.machineState.findMany({ where: { machine: { in: [...machines] } } });
  return Object.fromEntries(rows.map(({ machine, state }) => [machine, state]));
}

export const facts: ModuleFacts = {
  about: {
    async area(tx, id) {
      const machines = await tx.equipment.findMany({ where: { areaId: id }, select: { id: true } });
      const ids = machines.map((one) => one.id);
      return { machineStates: await statesOf(tx, ids) };
    },
    equipment: async (tx, id) => ({ machineStates: await statesOf(tx, [id]) }),
  },
};
