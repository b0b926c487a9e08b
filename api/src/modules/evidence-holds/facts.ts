import { Prisma } from '../../generated/prisma/client.ts';
import type { ModuleFacts } from '../../platform/facts.ts';
import { chain } from './chain.ts';

export const facts: ModuleFacts = {
  chain,
  // The findings that the incident had when it was held, and those that it has now, also where it became part of
  // another one, and that of a third.
  violationsHeld: Prisma.sql`
    SELECT unnest(h.findings) FROM evidence_hold h WHERE h.lifted_at IS NULL
    UNION SELECT f.finding_id FROM (
      WITH RECURSIVE way AS (
        SELECT i.tenant_id, i.id, i.merged_into FROM evidence_hold h
        JOIN incident i ON i.tenant_id = h.tenant_id AND i.id = h.incident_id WHERE h.lifted_at IS NULL
        UNION SELECT i.tenant_id, i.id, i.merged_into FROM way
        JOIN incident i ON i.tenant_id = way.tenant_id AND i.id = way.merged_into
      ) SELECT tenant_id, id FROM way
    ) held JOIN incident_finding f ON f.tenant_id = held.tenant_id AND f.incident_id = held.id`,
};
