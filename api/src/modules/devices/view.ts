import { topics } from '@anshi/contracts';
import type { CredentialRow } from './rows.ts';
import type { DeviceView, DeviceWithSecret, State } from './schema.ts';

/** Not used for so long, a credential is idle, and people are told. */
export const IDLE_MS = 90 * 24 * 3_600_000;

const busUserOf = (kind: string, name: string): string => `${kind}-${name}`;

/** Where a device publishes, for whoever configures it; a worker knows its own topics. */
function busTopicsOf(tenant: string, kind: string, name: string, speaksFor: readonly string[]) {
  if (kind === 'machine') return [topics.machineState(tenant, name)];
  if (kind === 'worker') return [topics.violationEvents(tenant, name)];
  const names = kind === 'gateway' ? [name, ...speaksFor] : [name];
  return names.map((one) => topics.locations(tenant, one));
}

/** The one answer that shows the secret. */
export const showWithSecret = (row: CredentialRow, secret: string): DeviceWithSecret => ({
  ...show(row),
  secret,
  busUser: busUserOf(row.kind, row.name),
  busTopics: busTopicsOf(row.tenantId, row.kind, row.name, row.speaksFor),
});

function stateOf(row: CredentialRow, now: number): State {
  if (row.revokedAt) return 'revoked';
  if (row.expiresAt && row.expiresAt.getTime() <= now) return 'ended';
  if ((row.lastUsedAt ?? row.createdAt).getTime() < now - IDLE_MS) return 'idle';
  return row.firstUsedAt ? 'in-use' : 'unused';
}

const text = (at: Date | null) => at?.toISOString() ?? null;

/** A credential as it is answered: nothing of its secret but the public key id. */
export function show(row: CredentialRow, now = Date.now()): DeviceView {
  const isOverlap = row.oldUntil !== null && row.oldUntil.getTime() > now;
  return {
    id: row.id,
    kind: row.kind as DeviceView['kind'],
    name: row.name,
    note: row.note,
    speaksFor: row.speaksFor,
    keyId: row.keyId,
    state: stateOf(row, now),
    origin: row.origin as DeviceView['origin'],
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdByName,
    rotatedAt: text(row.rotatedAt),
    oldUntil: isOverlap ? text(row.oldUntil) : null,
    oldUsedAt: isOverlap ? text(row.oldUsedAt) : null,
    expiresAt: text(row.expiresAt),
    revokedAt: text(row.revokedAt),
    revokedBy: row.revokedByName,
    revokedReason: row.revokedReason,
    firstUsedAt: text(row.firstUsedAt),
    lastUsedAt: text(row.lastUsedAt),
    lastUsedFrom: row.lastUsedFrom,
    refused: row.refusedAt
      ? {
          count: row.refusedCount,
          at: row.refusedAt.toISOString(),
          from: row.refusedFrom,
          reason: row.refusedReason,
        }
      : null,
    version: row.version,
  };
}
