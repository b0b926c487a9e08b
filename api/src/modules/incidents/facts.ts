import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { countedUse, type ModuleFacts } from '../../platform/facts.ts';
import { NAMING } from '../consent/gate.ts';
import { namingOf } from '../violations/identity-withdrawal.ts';
import { chain } from './chain.ts';

/**
 * A verdict covers what was seen: acts that named a person have another version once the name is gone. Runs
 * before the names are taken out.
 */
async function moveVersions(tx: Transaction, person: string): Promise<void> {
  const ids = (await namingOf(tx, person)).map(({ id }) => id);
  if (ids.length === 0) return;
  await sqlIn(tx)(Prisma.sql`
    UPDATE incident i SET version = i.version + 1 FROM incident_finding f
    WHERE f.incident_id = i.id AND f.finding_id = ANY (${ids}::text[])`);
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
  async erase({ tx }, { id }) {
    await moveVersions(tx, id);
    await endClaims(tx, id);
    return [];
  },
  async consentEnded(tx, person, purpose) {
    if (NAMING.includes(purpose)) await moveVersions(tx, person);
    return 0;
  },
};
