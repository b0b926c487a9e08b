import { Prisma } from '../../generated/prisma/client.ts';
import type { ModuleFacts } from '../../platform/facts.ts';
import { chain } from './chain.ts';

export const facts: ModuleFacts = {
  chain,
  // The findings that the incident had when it was held, and those that it has now, also where it became part of
  // another one.
  violationsHeld: Prisma.sql`
    SELECT unnest(h.findings) FROM evidence_hold h WHERE h.lifted_at IS NULL
    UNION SELECT f.finding_id FROM evidence_hold h
      JOIN incident i ON i.tenant_id = h.tenant_id AND i.id = h.incident_id
      JOIN incident_finding f ON f.tenant_id = i.tenant_id
        AND f.incident_id = coalesce(i.merged_into, i.id)
      WHERE h.lifted_at IS NULL`,
};
