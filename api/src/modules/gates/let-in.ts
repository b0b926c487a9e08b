import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Bilingual } from '../../platform/manifest.ts';

/** The last door that let a person in. */
export interface LetIn {
  person: string;
  at: Date;
  area: Bilingual;
}

/** People of a kind whom a door let in since an instant, each with the last one. That they went through is not known. */
export const letIn = (
  tx: Transaction,
  kind: string,
  { since, now }: { since: Date; now: Date },
): Promise<LetIn[]> =>
  sqlIn(tx)<LetIn>(Prisma.sql`
    SELECT DISTINCT ON (d.person_id) d.person_id AS person, d.decided_at AS at,
      coalesce(a.name, jsonb_build_object('zh', d.target, 'en', d.target)) AS area
    FROM gate_decision d JOIN person p ON p.tenant_id = d.tenant_id AND p.id = d.person_id
    LEFT JOIN area a ON a.tenant_id = d.tenant_id AND a.id = d.target
    WHERE p.kind = ${kind} AND p.status = 'active' AND d.kind = 'entry' AND d.decision = 'allow'
      AND d.decided_at > ${since} AND d.decided_at <= ${now}
    ORDER BY d.person_id, d.decided_at DESC`);
