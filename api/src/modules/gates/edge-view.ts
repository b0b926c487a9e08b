import { type EdgeFault, edgeFaults } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { GatePoint } from './schema.ts';

type Shown = NonNullable<GatePoint['edgeList']>;

interface Row {
  id: string;
  issuedAt: Date | null;
  expiresAt: Date | null;
  entries: number;
  isCut: boolean;
  fetchedAt: Date | null;
  isCurrent: boolean | null;
  lastDecisionAt: Date | null;
  fault: string | null;
  faultAt: Date | null;
  publicKey: string | null;
}

const text = (at: Date | null) => at?.toISOString() ?? null;

/** How the lists of permits of points stand, for their pages. */
export async function edgeListsOf(
  tx: Transaction,
  points: readonly string[],
): Promise<Map<string, Shown>> {
  if (points.length === 0) return new Map();
  const rows = await sqlIn(tx)<Row>(Prisma.sql`
    SELECT l.point_id AS id, l.issued_at AS "issuedAt", l.expires_at AS "expiresAt",
      jsonb_array_length(l.entries) AS entries, l.is_cut AS "isCut", l.fetched_at AS "fetchedAt",
      l.fetched_sequence = l.sequence AS "isCurrent", l.fault, l.fault_at AS "faultAt",
      (SELECT d.decided_at FROM gate_decision d WHERE d.point_id = l.point_id AND d.source = 'edge'
        ORDER BY d.decided_at DESC LIMIT 1) AS "lastDecisionAt",
      (SELECT public_key FROM gate_edge_key LIMIT 1) AS "publicKey"
    FROM gate_edge_list l WHERE l.point_id = ANY(${[...points]})`);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        issuedAt: text(row.issuedAt),
        expiresAt: text(row.expiresAt),
        entries: row.entries,
        isCut: row.isCut,
        fetchedAt: text(row.fetchedAt),
        isCurrent: row.isCurrent ?? false,
        lastDecisionAt: text(row.lastDecisionAt),
        fault: edgeFaults.find((one): one is EdgeFault => one === row.fault) ?? null,
        faultAt: text(row.faultAt),
        publicKey: row.publicKey,
      },
    ]),
  );
}
