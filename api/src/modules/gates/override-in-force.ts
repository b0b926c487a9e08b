import type { Transaction } from '../../platform/db/database.ts';
import type { GateKind } from './words.ts';

/** The override that lets a person start or enter now, the longest one; null where there is none. */
export async function overrideInForce(
  tx: Transaction,
  { person, kind, target }: { person: string; kind: GateKind; target: string },
  now: Date,
): Promise<{ id: string; until: Date } | null> {
  const found = await tx.gateOverride.findFirst({
    where: {
      personId: person,
      kind,
      target,
      fromAt: { lte: now },
      untilAt: { gt: now },
      endedAt: null,
    },
    orderBy: { untilAt: 'desc' },
  });
  return found && { id: found.id, until: found.untilAt };
}
