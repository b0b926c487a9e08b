import { randomBytes } from 'node:crypto';
import type { EdgeKey } from '@anshi/contracts';
import { newEdgeKeyPair } from '@anshi/contracts/edge-signature';
import type { Transaction } from '../../platform/db/database.ts';
import type { SealedTable } from '../../platform/sealed/rotation.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';

/** The private keys that sign lists, and the keys of their digests, for the rotation of the keys that seal them. */
export const sealedEdgeKeys: readonly SealedTable[] = [
  {
    dataClass: 'integration',
    table: 'gate_edge_key',
    rowId: 'id',
    columns: [{ sealed: 'private_sealed' }],
  },
  {
    dataClass: 'integration',
    table: 'gate_edge_list',
    rowId: 'point_id',
    columns: [{ sealed: 'hash_key_sealed' }],
  },
];

const place = (tenant: string, table: string, column: string, row: string) => ({
  tenant,
  dataClass: 'integration',
  table,
  column,
  row,
});

export interface SigningKey extends EdgeKey {
  readonly privateKey: string;
}

/** The key of the company that signs lists; it is made at the first use. */
export async function signingKey(
  tx: Transaction,
  sealed: Sealed,
  tenant: string,
): Promise<SigningKey> {
  for (;;) {
    const row = await tx.gateEdgeKey.findFirst();
    if (row) {
      const at = place(tenant, 'gate_edge_key', 'private_sealed', row.id);
      const privateKey = await sealed.open(tx, at, row.privateSealed);
      return { keyId: row.id, publicKey: row.publicKey, privateKey };
    }
    const { keyId, publicKey, privateKey } = newEdgeKeyPair();
    const at = place(tenant, 'gate_edge_key', 'private_sealed', keyId);
    const privateSealed = await sealed.seal(tx, at, privateKey);
    // Another process may have been first: its key counts.
    await tx.gateEdgeKey.createMany({
      data: [{ tenantId: tenant, id: keyId, publicKey, privateSealed }],
      skipDuplicates: true,
    });
  }
}

/** A new key for the digests of cards in the list of a point, sealed. */
export const newHashKey = (
  tx: Transaction,
  sealed: Sealed,
  tenant: string,
  point: string,
): Promise<string> =>
  sealed.seal(
    tx,
    place(tenant, 'gate_edge_list', 'hash_key_sealed', point),
    randomBytes(32).toString('base64url'),
  );

export const openHashKey = (
  tx: Transaction,
  sealed: Sealed,
  tenant: string,
  row: { pointId: string; hashKeySealed: string },
): Promise<string> =>
  sealed.open(
    tx,
    place(tenant, 'gate_edge_list', 'hash_key_sealed', row.pointId),
    row.hashKeySealed,
  );
