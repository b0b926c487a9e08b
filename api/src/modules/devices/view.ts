import { busUserName, filtersOf } from '@anshi/contracts';
import type { DeviceKind } from '@anshi/contracts/device-secret';
import type { CredentialRow } from './rows.ts';
import type { DeviceView, DeviceWithSecret, State } from './schema.ts';

/** A credential unused for this long is idle, and people are notified. */
export const IDLE_MS = 90 * 24 * 3_600_000;

/**
 * The one answer that shows the secret.
 *
 * @param keyOf the key of a device that takes commands.
 */
export function showWithSecret(
  row: CredentialRow,
  secret: string,
  keyOf: (device: string) => string,
): DeviceWithSecret {
  const user = { tenant: row.tenantId, kind: row.kind as DeviceKind, name: row.name };
  return {
    ...show(row),
    secret,
    busUser: busUserName(user),
    busTopics: filtersOf(user, 'publish'),
    busReads: filtersOf(user, 'subscribe'),
    busKey: row.kind === 'actuator' ? keyOf(row.name) : null,
  };
}

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
