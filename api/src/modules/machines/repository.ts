import { AHEAD_MS, type MachineState, timeLimits } from '@anshi/contracts';
import type { Reach } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';

/**
 * Keeps the state of a machine that was received last. A late one that is older than what is stored
 * changes nothing. What was stored while our own clock was ahead holds only until the next.
 */
export async function saveState(
  tx: Transaction,
  tenantId: string,
  { machine, state, at }: MachineState,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO machine_state (tenant_id, machine, state, at)
    VALUES (${tenantId}, ${machine}, ${state}, ${new Date(at)})
    ON CONFLICT (tenant_id, machine) DO UPDATE SET state = EXCLUDED.state, at = EXCLUDED.at
      WHERE machine_state.at <= EXCLUDED.at
         OR machine_state.at > now() + ${AHEAD_MS}::integer * interval '1 millisecond'
         OR EXCLUDED.at > now() - ${timeLimits['machine-state'].lateMs}::integer * interval '1 millisecond'`;
}

/** The states within reach: a machine belongs where its entry of the register says, else nowhere. */
export async function statesWithin(
  tx: Transaction,
  reach: Reach,
): Promise<Omit<MachineState, 'source'>[]> {
  const rows = await tx.machineState.findMany({
    where: reach.scope === 'all' ? {} : { machine: { in: await machinesWithin(tx, reach) } },
    orderBy: { machine: 'asc' },
  });
  return rows.map(({ machine, state, at }) => ({
    machine,
    state: state as MachineState['state'],
    at: at.toISOString(),
  }));
}

async function machinesWithin(tx: Transaction, reach: Reach): Promise<string[]> {
  // Machines have no owner: the scope `own` is empty.
  if (reach.scope === 'own' || reach.scope === 'all') return [];
  const rows = await tx.equipment.findMany({
    where:
      reach.scope === 'site'
        ? { OR: [{ area: { site: reach.site } }, { department: { site: reach.site } }] }
        : { departmentId: { in: [...reach.departments] } },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}
