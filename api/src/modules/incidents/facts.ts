import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { countedUse, type ModuleFacts } from '../../platform/facts.ts';
import { NAMING } from '../consent/gate.ts';
import { namingOf } from '../violations/identity-withdrawal.ts';
import { chain } from './chain.ts';
import { emitChange } from './events.ts';
import { readIncidents } from './view.ts';

/**
 * Raises the version of acts that name a person, so that a verdict on a page from before is refused, and tells open pages.
 * Runs before the names are removed.
 */
async function moveVersions(unit: Unit, person: string): Promise<void> {
  const { tx } = unit;
  const ids = (await namingOf(tx, person)).map(({ id }) => id);
  if (ids.length === 0) return;
  const moved = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    UPDATE incident i SET version = i.version + 1 FROM incident_finding f
    WHERE f.incident_id = i.id AND f.finding_id = ANY (${ids}::text[])
    RETURNING i.id`);
  const incidents = await readIncidents(
    tx,
    moved.map(({ id }) => id),
  );
  for (const incident of incidents) await emitChange(unit, 'updated', incident);
}

/** What the accounts of a person have claimed, or assigned to others, is free again. */
async function endClaims(tx: Transaction, person: string): Promise<void> {
  const users = await tx.appUser.findMany({ where: { personId: person }, select: { id: true } });
  const ids = users.map(({ id }) => id);
  await tx.incidentClaim.deleteMany({
    where: { OR: [{ userId: { in: ids } }, { byUser: { in: ids } }] },
  });
}

export const facts: ModuleFacts = {
  uses: {
    site: async (tx, site) => [
      countedUse('incident', await tx.incident.count({ where: { site } })),
    ],
  },
  chain,
  async erase(unit, { id }) {
    await moveVersions(unit, id);
    await endClaims(unit.tx, id);
    return [];
  },
  async consentEnded(unit, person, purpose) {
    if (NAMING.includes(purpose)) await moveVersions(unit, person);
    return 0;
  },
};
