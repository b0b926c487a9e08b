import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { WorkflowCase, Workflows } from '../../platform/workflow/engine-types.ts';
import { caseColumns } from '../../platform/workflow/record-columns.ts';
import type { HazardEvents } from './events.ts';
import { HAZARD, meanings } from './flow.ts';
import { findHazard } from './rows.ts';

/** Keeps the copied case columns up to date, in the same transaction. */
export function followCases(workflows: Workflows, events: HazardEvents): void {
  workflows.follow(HAZARD, async (unit, found, change) => {
    // The row is written after the case was started.
    if (change === 'started') return;
    await copyCase(unit, found);
    if (change === 'moved') return;
    const hazard = await findHazard(unit.tx, found.subject.id);
    if (hazard) events.pushAfter(unit, change, hazard);
  });
}

async function copyCase(unit: Unit, found: WorkflowCase): Promise<void> {
  const { tx } = unit;
  const id = found.subject.id;
  const over = found.closedAt !== null;
  await tx.hazard.updateMany({
    where: { id },
    data: {
      ...caseColumns(found),
      departmentId: found.department,
      outcome: over ? (found.state === meanings.rejected ? 'rejected' : 'closed') : null,
    },
  });
  // A rectifier keeps access; a reviewer has it by permission only.
  if (meanings.rectifying.includes(found.state) || found.state === 'planning') {
    await addParties(unit, id, found.assignees);
  }
}

export async function addParties(unit: Unit, hazardId: string, users: string[]): Promise<void> {
  await unit.tx.hazardParty.createMany({
    data: users.map((userId) => ({ tenantId: unit.caller.tenant, hazardId, userId })),
    skipDuplicates: true,
  });
}
