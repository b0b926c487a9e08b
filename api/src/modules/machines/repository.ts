import { AHEAD_MS, type MachineState, timeLimits } from '@anshi/contracts';
import type { Reach } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { MOST_BETWEEN_MS } from './waiting.ts';

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

/** How long stretches are kept: states older than a day are not taken. */
const KEPT = '3 days';

/**
 * Adds a report to the stretches of a machine, ordered by the machine's own time, so a late report is inserted at its place.
 * A report of another state splits the stretch that it falls into: the second part begins at the last report of that stretch.
 * After a gap of more than {@link MOST_BETWEEN_MS} a new stretch begins, also with the same state.
 */
export async function keepStretch(
  tx: Transaction,
  tenantId: string,
  { machine, state, at: text }: MachineState,
): Promise<void> {
  const at = new Date(text);
  const [before] = await tx.machineStretch.findMany({
    where: { machine, at: { lte: at } },
    orderBy: { at: 'desc' },
    take: 1,
  });
  if (before?.state === state && at.getTime() - before.heardTo.getTime() <= MOST_BETWEEN_MS) {
    if (before.heardTo >= at) return;
    const where = { machine, at: before.at, heardTo: { lt: at } };
    await tx.machineStretch.updateMany({ where, data: { heardTo: at } });
    return;
  }
  const data = [{ tenantId, machine, at, state: state as string, heardTo: at }];
  if (before && before.heardTo > at) {
    const { heardTo } = before;
    data.push({ tenantId, machine, at: heardTo, state: before.state, heardTo });
    await tx.machineStretch.updateMany({
      where: { machine, at: before.at },
      data: { heardTo: at },
    });
  }
  await tx.machineStretch.createMany({ data, skipDuplicates: true });
  await tx.$executeRaw`
    DELETE FROM machine_stretch WHERE machine = ${machine} AND heard_to < now() - ${KEPT}::interval`;
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
