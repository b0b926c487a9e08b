import type { KeyObject } from 'node:crypto';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../db/database.ts';
import { signAnchor } from './anchor-signature.ts';
import type { AttestedLine } from './attested-line.ts';
import { contentOf } from './chain.ts';

/** Read-only actions. */
const READS = ['view', 'search', 'reveal'];

interface Row {
  seq: bigint;
  content: string;
  position: bigint | null;
  previous: string | null;
  hash: string | null;
}

/**
 * The lines about some records with their places in the chain, each signed with the key of the anchors, so
 * that they can be checked without the database. Lines about what was only looked at are left out.
 *
 * @returns null where a line is not in the chain yet: it is a moment later.
 */
export async function attestedLines(
  tx: Transaction,
  tenant: string,
  key: KeyObject,
  records: readonly { entity: string; ids: readonly string[] }[],
): Promise<AttestedLine[] | null> {
  const about = records.map(
    ({ entity, ids }) =>
      Prisma.sql`(l.entity = ${entity} AND l.entity_id = ANY (${[...ids]}::text[]))`,
  );
  const rows = await sqlIn(tx)<Row>(Prisma.sql`
    SELECT l.seq, ${contentOf} AS content, s.position, encode(s.previous, 'hex') AS previous,
           encode(s.hash, 'hex') AS hash
    FROM audit_log l LEFT JOIN audit_seal s ON s.tenant_id = l.tenant_id AND s.seq = l.seq
    WHERE (${Prisma.join(about, ' OR ')}) AND l.action <> ALL (${READS}::text[])
    ORDER BY l.seq`);
  const at = new Date().toISOString();
  const lines: AttestedLine[] = [];
  for (const { seq, content, position, previous, hash } of rows) {
    if (position === null || previous === null || hash === null) return null;
    const anchor = signAnchor(key, { tenant, position: String(position), hash, at });
    lines.push({ seq: String(seq), position: String(position), previous, hash, content, anchor });
  }
  return lines;
}
