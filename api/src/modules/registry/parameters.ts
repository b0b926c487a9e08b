import type { Account } from '../../platform/access/account.ts';
import type { Permission } from '../../platform/access/permissions.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { SealedTable } from '../../platform/sealed/rotation.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import type { Classification, Equipment, EquipmentInput } from './schema.ts';

const CLASS = 'equipment';
const TABLE = 'equipment_parameter';

/** For key rotation. */
export const sealedParameters: SealedTable = {
  dataClass: CLASS,
  table: TABLE,
  rowId: "equipment_id || '/' || id",
  columns: [{ sealed: 'sealed' }],
};

/** The clearance of a data class beside the record's permission; null for none. */
const clearance: Record<Classification, Permission | null> = {
  public: null,
  internal: null,
  secret: 'classified:secret',
  'trade-secret': 'classified:trade-secret',
};

/** Whether the account may see data of this class. The clearance for trade secrets covers both. */
export function isCleared(account: Account, label: Classification): boolean {
  const needed = clearance[label];
  if (needed === null || account.permissions.has(needed)) return true;
  return label === 'secret' && account.permissions.has('classified:trade-secret');
}

const isSecret = (label: Classification) => clearance[label] !== null;

/** The core parameters of machines: secret ones are sealed and hidden without clearance. */
export function createParameters(sealed: Sealed) {
  const placeOf = (tenant: string, equipment: string, id: string) => ({
    tenant,
    dataClass: CLASS,
    table: TABLE,
    column: 'sealed',
    row: `${equipment}/${id}`,
  });
  return {
    /** Replaces the parameters visible to the account; invisible ones are unchanged. */
    async write(
      tx: Transaction,
      account: Account,
      equipmentId: string,
      parameters: NonNullable<EquipmentInput['parameters']>,
    ): Promise<void> {
      const tenantId = account.tenant;
      const there = await tx.equipmentParameter.findMany({ where: { equipmentId } });
      const hidden = there
        .filter((row) => !isCleared(account, row.classification as Classification))
        .map(({ id }) => id);
      await tx.equipmentParameter.deleteMany({ where: { equipmentId, id: { notIn: hidden } } });
      for (const { id, name, unit, classification, value } of parameters) {
        if (hidden.includes(id)) continue;
        const secret = isSecret(classification);
        const stored = secret
          ? {
              value: null,
              sealed: await sealed.seal(tx, placeOf(tenantId, equipmentId, id), value),
            }
          : { value, sealed: null };
        await tx.equipmentParameter.create({
          data: { tenantId, equipmentId, id, name, unit, classification, ...stored },
        });
      }
    },

    /** The parameters of each machine, with the values of the account's clearance. */
    async show(
      tx: Transaction,
      account: Account,
      equipment: string[],
    ): Promise<{ shown: Map<string, Equipment['parameters']>; secrets: Map<string, string[]> }> {
      const rows = await tx.equipmentParameter.findMany({
        where: { equipmentId: { in: equipment } },
        orderBy: [{ equipmentId: 'asc' }, { id: 'asc' }],
      });
      const shown = new Map<string, Equipment['parameters']>();
      const secrets = new Map<string, string[]>();
      for (const row of rows) {
        const label = row.classification as Classification;
        const cleared = isCleared(account, label);
        const value =
          cleared && row.sealed !== null
            ? await sealed.open(tx, placeOf(account.tenant, row.equipmentId, row.id), row.sealed)
            : row.value;
        if (cleared && isSecret(label)) {
          secrets.set(row.equipmentId, [...(secrets.get(row.equipmentId) ?? []), row.id]);
        }
        const list = shown.get(row.equipmentId) ?? [];
        list.push({
          id: row.id,
          name: row.name as { zh: string; en: string },
          unit: row.unit,
          classification: label,
          value: cleared ? value : null,
          hidden: !cleared,
        });
        shown.set(row.equipmentId, list);
      }
      return { shown, secrets };
    },
  };
}
