import type { MachineState } from '@anshi/contracts';
import type { Transaction } from '../../platform/database.ts';

/**
 * Keeps the newest state of a machine; a late older one changes nothing. One from the future, of a
 * machine whose clock is wrong, holds only until the next.
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
      WHERE machine_state.at <= EXCLUDED.at OR machine_state.at > now() + interval '1 minute'`;
}

export async function allStates(tx: Transaction): Promise<MachineState[]> {
  const rows = await tx.machineState.findMany({ orderBy: { machine: 'asc' } });
  return rows.map(({ machine, state, at }) => ({
    machine,
    state: state as MachineState['state'],
    at: at.toISOString(),
  }));
}
