import { readStatement, statementDigest } from '@anshi/contracts/evidence-signature';
import { countersignatures } from '../../platform/audit/countersigned.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { FindingSignature } from './schema.ts';

/** By id of the finding: what its worker signed of it, and where the audit log countersigned it. */
export async function signaturesOf(
  tx: Transaction,
  findings: readonly string[],
): Promise<Map<string, FindingSignature[]>> {
  const rows = await tx.violationSignature.findMany({
    where: { violationId: { in: [...findings] } },
    orderBy: [{ violationId: 'asc' }, { recordedAt: 'asc' }],
  });
  const lines = await countersignatures(tx, 'violation', findings);
  const found = new Map<string, FindingSignature[]>();
  for (const row of rows) {
    const digest = statementDigest(row.statement);
    const line = lines.find(
      ({ entityId, statement }) => entityId === row.violationId && statement === digest,
    );
    // Without the line nothing says that it was recorded with the event.
    const signed = readStatement(row.statement);
    const shown = {
      part: row.part,
      state: line ? row.state : 'not-countersigned',
      worker: row.worker,
      key: row.keyId,
      signedAt: signed?.signedAt ?? null,
      clock: signed?.clock ?? null,
      audit: line
        ? { seq: Number(line.seq), at: line.at.toISOString(), sealed: line.position !== null }
        : null,
    } as FindingSignature;
    found.set(row.violationId, [...(found.get(row.violationId) ?? []), shown]);
  }
  return found;
}
