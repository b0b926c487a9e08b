import type { Transaction } from '../db/database.ts';
import type { SealedTable } from '../sealed/rotation.ts';
import type { Sealed } from '../sealed/sealed.ts';

/** Location of webhook keys, for key rotation. */
export const sealedWebhooks: SealedTable = {
  dataClass: 'integration',
  table: 'webhook',
  rowId: 'id',
  columns: [{ sealed: 'secret_sealed' }, { sealed: 'old_secret_sealed' }],
};

type Column = 'secret_sealed' | 'old_secret_sealed';

const place = (tenant: string, row: string, column: Column) => ({
  tenant,
  dataClass: 'integration',
  table: 'webhook',
  column,
  row,
});

export const sealSecret = (
  tx: Transaction,
  sealed: Sealed,
  where: { tenant: string; id: string; column: Column },
  secret: string,
): Promise<string> => sealed.seal(tx, place(where.tenant, where.id, where.column), secret);

/** The current signing keys, newest first: two during a rotation. */
export async function openSecrets(
  tx: Transaction,
  sealed: Sealed,
  hook: {
    tenantId: string;
    id: string;
    secretSealed: string;
    oldSecretSealed: string | null;
    oldSecretUntil: Date | null;
  },
): Promise<string[]> {
  const { tenantId, id, secretSealed, oldSecretSealed, oldSecretUntil } = hook;
  const newest = await sealed.open(tx, place(tenantId, id, 'secret_sealed'), secretSealed);
  if (!oldSecretSealed || !oldSecretUntil || oldSecretUntil <= new Date()) return [newest];
  const old = await sealed.open(tx, place(tenantId, id, 'old_secret_sealed'), oldSecretSealed);
  return [newest, old];
}
