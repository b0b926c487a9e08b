import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { EvidencePack } from './schema.ts';

/** A download that goes on in parts is one, s. */
const SAME_WITHIN_S = 300;
const MOST_SHOWN = 200;

/** A download of a pack, with the pack. */
export type PackExport = EvidencePack['exports'][number] & { pack: string };

/** Notes that an account downloads a pack. */
export async function noteExport(
  tx: Transaction,
  { tenant, account }: User,
  pack: { id: string; incidentId: string },
): Promise<void> {
  await sqlIn(tx)(Prisma.sql`
    INSERT INTO evidence_pack_export (tenant_id, id, pack_id, incident_id, by_user, by_name)
    SELECT ${tenant}, ${newId()}, ${pack.id}, ${pack.incidentId}, ${account.id},
      ${JSON.stringify(account.displayName)}::jsonb
    WHERE NOT EXISTS (SELECT 1 FROM evidence_pack_export e WHERE e.pack_id = ${pack.id}
      AND e.by_user = ${account.id} AND e.at > now() - ${SAME_WITHIN_S}::int * interval '1 second')`);
}

/** The downloads of the packs of incidents, newest first. */
export async function exportsOf(
  tx: Transaction,
  incidents: readonly string[],
): Promise<PackExport[]> {
  const rows = await tx.evidencePackExport.findMany({
    where: { incidentId: { in: [...incidents] } },
    orderBy: { id: 'desc' },
    take: MOST_SHOWN,
  });
  return rows.map(({ packId, byUser, byName, at }) => ({
    pack: packId,
    by: { id: byUser, displayName: byName as PackExport['by']['displayName'] },
    at: at.toISOString(),
  }));
}
