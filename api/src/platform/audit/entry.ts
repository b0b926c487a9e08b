import { Prisma } from '../../generated/prisma/client.ts';
import type { Caller } from '../access/caller.ts';
import type { AuditAction, AuditEntity } from './words.ts';

/** One line of the audit log. */
export interface AuditEntry {
  /** create, update, delete, view, reveal, sign-in, export … */
  action: AuditAction;
  /** Entity: person, hazard, role … */
  entity: AuditEntity;
  id?: string | null;
  /** The person whom it concerns. */
  person?: string | null;
  /** Changed fields only; secrets are masked here. */
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
  reason?: string | null;
}

const SECRET = /password|secret|token|hash$|nationalId|phone|sealed|key$/i;

/** Replaces secrets by `***`, at any depth, so that the log reveals none. */
export function maskSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskSecrets);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      SECRET.test(name) && inner !== null && inner !== undefined ? '***' : maskSecrets(inner),
    ]),
  );
}

/**
 * The statement that inserts lines in the transaction of their change: both are committed, or
 * neither. One parameter for all lines, because every write of every module pays for it.
 */
export function auditLines(
  { tenant, account, address, requestId }: Caller,
  entries: readonly AuditEntry[],
): Prisma.Sql {
  const lines = entries.map(({ action, entity, id, person, before, after, reason }) => ({
    action,
    entity,
    id,
    person,
    before: maskSecrets(before),
    after: maskSecrets(after),
    reason,
  }));
  return Prisma.sql`
    INSERT INTO audit_log (tenant_id, user_id, user_name, address, request_id, action, entity,
                           entity_id, person_id, before, after, reason)
    SELECT ${tenant}, ${account?.id ?? null}, ${account?.username ?? null}, ${address}, ${requestId},
           line->>'action', line->>'entity', line->>'id', line->>'person',
           nullif(line->'before', 'null'), nullif(line->'after', 'null'), line->>'reason'
    FROM jsonb_array_elements(${JSON.stringify(lines)}::jsonb) WITH ORDINALITY AS e (line, n)
    ORDER BY n`;
}
