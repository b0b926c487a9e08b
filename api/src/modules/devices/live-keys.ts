import { createPrivateKey, type KeyObject } from 'node:crypto';
import { newLiveKeyPair } from '@anshi/contracts/live-grant';
import type { Database, Transaction } from '../../platform/db/database.ts';
import type { SealedTable } from '../../platform/sealed/rotation.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { type CredentialRow, inForce } from './rows.ts';

/** The private keys of live views, for the rotation of the keys that seal them. */
export const sealedLiveKeys: SealedTable = {
  dataClass: 'integration',
  table: 'device_credential',
  rowId: 'id',
  columns: [{ sealed: 'live_private_sealed' }],
};

const place = (tenant: string, row: string) => ({
  tenant,
  dataClass: 'integration',
  table: 'device_credential',
  column: 'live_private_sealed',
  row,
});

/**
 * A new key for the live views of a worker. It has nothing to do with the worker's own secret, which
 * signs nothing, and the worker never sees the private half.
 *
 * @param keyId names the key: the key id of the secret that it comes with.
 */
export async function newLiveKey(
  tx: Transaction,
  sealed: Sealed,
  { tenant, id, keyId }: { tenant: string; id: string; keyId: string },
): Promise<Pick<CredentialRow, 'liveKeyId' | 'livePublicKey' | 'livePrivateSealed'>> {
  const { privateKey, publicKey } = newLiveKeyPair();
  return {
    liveKeyId: keyId,
    livePublicKey: publicKey,
    livePrivateSealed: await sealed.seal(tx, place(tenant, id), privateKey),
  };
}

/** Signs the grants of live views of one worker. */
export interface LiveSigner {
  readonly id: string;
  readonly privateKey: KeyObject;
}

export type LiveSigners = (worker: string) => Promise<LiveSigner | null>;

/** @returns null for a worker without a valid credential: its cameras cannot be viewed. */
export function createLiveSigners(options: {
  database: Database;
  sealed: Sealed;
  tenant: string;
}): LiveSigners {
  const { database, sealed, tenant } = options;
  return (worker) =>
    database.transaction({ tenant, user: null }, async (tx) => {
      const row = await inForce(tx, 'worker', worker);
      if (!row?.liveKeyId || !row.livePrivateSealed) return null;
      const text = await sealed.open(tx, place(tenant, row.id), row.livePrivateSealed);
      const key = Buffer.from(text, 'base64');
      const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
      return { id: row.liveKeyId, privateKey };
    });
}
