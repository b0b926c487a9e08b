import type { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import { noteCreated, requireVersion, saveAtVersion } from '../../platform/kit/save.ts';
import { type limitInput, type limitQuery, limitSchema } from './schema.ts';

type Limit = z.infer<typeof limitSchema>;

const LIMIT = 'supplier-limit';
const MOST = 500;

/** Limits of products. Those who enter results do not keep them. */
export function createLimits({ units }: { units: Units }) {
  const find = async (tx: Transaction, where: { id: string }) => {
    const row = await tx.supplierLimit.findFirst({ where });
    if (!row) throw new Problem('supplier.limit-unknown');
    return row;
  };
  return {
    list: (user: User, { product }: z.infer<typeof limitQuery>): Promise<{ items: Limit[] }> =>
      units.run(user, async ({ tx }) => {
        const rows = await tx.supplierLimit.findMany({
          where: product === undefined ? {} : { product },
          orderBy: [{ product: 'asc' }, { item: 'asc' }, { id: 'asc' }],
          take: MOST,
        });
        return { items: rows.map((row) => answerFrom(limitSchema, row, {})) };
      }),

    /** Sets the limit of one item of a product, in one unit. */
    put: (user: User, { version, ...given }: z.infer<typeof limitInput>): Promise<Limit> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { product, item, unit: measure, lower, upper } = given;
        const conflict = 'supplier.version-conflict';
        const known = await tx.supplierLimit.findFirst({ where: { product, item, unit: measure } });
        requireVersion(conflict, known, version, known && answerFrom(limitSchema, known, {}));
        const setBy = user.account.id;
        if (known) {
          const { id } = known;
          return saveAtVersion(unit, {
            entity: LIMIT,
            id,
            version,
            conflict,
            find: () => find(tx, { id }),
            write: (next) =>
              tx.supplierLimit.updateMany({
                where: { id, version },
                data: { lower, upper, setBy, version: next },
              }),
            show: (row) => answerFrom(limitSchema, row, {}),
          });
        }
        const id = newId();
        await tx.supplierLimit.create({ data: { tenantId: user.tenant, id, ...given, setBy } });
        await noteCreated(unit, { entity: LIMIT, id, after: given });
        return answerFrom(limitSchema, await find(tx, { id }), {});
      }),

    remove: (user: User, id: string): Promise<void> =>
      units.run(user, async (unit) => {
        const row = await find(unit.tx, { id });
        await unit.tx.supplierLimit.deleteMany({ where: { id } });
        const before = answerFrom(limitSchema, row, {});
        await unit.audit({ action: 'delete', entity: LIMIT, id, before });
      }),
  };
}
