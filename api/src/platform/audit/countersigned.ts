import type { Transaction } from '../db/database.ts';

/** The line of the audit log that was written with a signed record. */
export interface Countersignature {
  entityId: string;
  /** SHA-256 of what was signed, in hexadecimal. */
  statement: string;
  seq: bigint;
  at: Date;
  /** Its place in the chain; null until the line is sealed, a moment after it was written. */
  position: bigint | null;
}

/** The lines that name a signed statement about some records. */
export const countersignatures = (
  tx: Transaction,
  entity: string,
  ids: readonly string[],
): Promise<Countersignature[]> =>
  tx.$queryRaw<Countersignature[]>`
    SELECT l.entity_id AS "entityId", l.after ->> 'statement' AS statement, l.seq, l.at, s.position
    FROM audit_log l LEFT JOIN audit_seal s ON s.tenant_id = l.tenant_id AND s.seq = l.seq
    WHERE l.entity = ${entity} AND l.entity_id = ANY (${[...ids]}::text[]) AND l.after ? 'statement'
    ORDER BY l.seq`;
