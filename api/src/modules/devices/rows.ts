import { randomBytes } from 'node:crypto';
import { hashDeviceSecret } from '@anshi/contracts/device-secret';
import type { Caller } from '../../platform/access/caller.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import type { DeviceClass, RequestOrigin } from '../../platform/access/devices.ts';
import type { Transaction } from '../../platform/db/database.ts';

export type CredentialRow = Awaited<
  ReturnType<Transaction['deviceCredential']['findFirstOrThrow']>
>;

/** The name of the one shared token. */
export const SHARED_NAME = 'workers';

export const kindOf = (row: Pick<CredentialRow, 'kind'>): DeviceClass => row.kind as DeviceClass;

/** Of a row that counts; null where there is none. */
export const inForce = (tx: Transaction, kind: DeviceClass, name: string) =>
  tx.deviceCredential.findFirst({ where: { kind, name, revokedAt: null } });

/** What is kept of a secret. */
export function kept(keyId: string, text: string): Pick<CredentialRow, 'keyId' | 'salt' | 'hash'> {
  const salt = randomBytes(16).toString('hex');
  return { keyId, salt, hash: hashDeviceSecret(text, salt) };
}

/** The caller of what a device's request does: no person, but an address. */
export const deviceCaller = (tenant: string, from: RequestOrigin): Caller => ({
  ...systemCaller(tenant),
  address: from.address,
  requestId: from.requestId,
});
