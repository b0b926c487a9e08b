import { Prisma } from '../generated/prisma/client.ts';
import type { Caller } from './caller.ts';
import type { Transaction } from './database.ts';

/** One line of the audit log. */
export interface AuditEntry {
  /** create, update, delete, view, reveal, sign-in, export … */
  action: string;
  /** The kind of thing: person, hazard, role … */
  entity: string;
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

/** Writes lines in the transaction of what they tell of: all is committed, or nothing. */
export async function writeAudit(
  tx: Transaction,
  caller: Caller,
  ...entries: AuditEntry[]
): Promise<void> {
  const json = (value: AuditEntry['before']) =>
    value ? (maskSecrets(value) as Prisma.InputJsonObject) : Prisma.DbNull;
  await tx.auditLog.createMany({
    data: entries.map((entry) => ({
      tenantId: caller.tenant,
      userId: caller.account?.id ?? null,
      userName: caller.account?.username ?? null,
      action: entry.action,
      entity: entry.entity,
      entityId: entry.id ?? null,
      personId: entry.person ?? null,
      before: json(entry.before),
      after: json(entry.after),
      reason: entry.reason ?? null,
      address: caller.address,
      requestId: caller.requestId,
    })),
  });
}
