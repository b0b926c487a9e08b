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

/**
 * Uses up an override: it lets the person start this once. Of two requests at the same time one gets it.
 *
 * @returns whether it was still in force.
 */
export async function useUp(tx: Transaction, id: string, now: Date): Promise<boolean> {
  const { count } = await tx.gateOverride.updateMany({
    where: { id, endedAt: null, untilAt: { gt: now } },
    data: { endedAt: now },
  });
  return count === 1;
}

/** Until when overrides let a person into areas now, by area. */
export async function entryOverrides(
  tx: Transaction,
  person: string,
  now: Date,
): Promise<Map<string, Date>> {
  const rows = await tx.gateOverride.findMany({
    where: {
      personId: person,
      kind: 'entry',
      fromAt: { lte: now },
      untilAt: { gt: now },
      endedAt: null,
    },
    orderBy: { untilAt: 'asc' },
    select: { target: true, untilAt: true },
  });
  return new Map(rows.map(({ target, untilAt }) => [target, untilAt]));
}
