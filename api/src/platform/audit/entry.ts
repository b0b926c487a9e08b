import { Prisma } from '../../generated/prisma/client.ts';
import type { Caller } from '../access/caller.ts';
import type { AuditAction, AuditEntity } from './words.ts';

/** One line of the audit log. */
export interface AuditEntry {
  /** create, update, delete, view, reveal, sign-in, export … */
  action: AuditAction;
  /** The kind of thing: person, hazard, role … */
  entity: AuditEntity;
  id?: string | null;
  /** The person whom it is about. */
  person?: string | null;
  /** Only what changed; secrets are masked here whatever the caller sends. */
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
  reason?: string | null;
}

const SECRET = /password|secret|token|hash$|nationalId|phone|sealed|key$/i;

/** Puts `***` in the place of secrets, at any depth, so that the log itself gives nothing away. */
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
 * The statement that writes lines, for the transaction of what they tell of: all is committed, or
 * nothing. One parameter holds them all: every write of every module pays for it.
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
