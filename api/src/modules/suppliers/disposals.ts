import type { z } from 'zod';
import { newId } from '../../platform/db/ids.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { User } from '../../platform/kit/routes.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import { noteCreated } from '../../platform/kit/save.ts';
import { type disposalInput, disposalSchema } from './schema.ts';
import type { SupplierRecords } from './supplier-records.ts';

type Disposal = z.infer<typeof disposalSchema>;

/** Transfers of hazardous waste. */
export function createDisposals({ units, records }: { units: Units; records: SupplierRecords }) {
  return {
    list: (user: User, supplierId: string): Promise<{ items: Disposal[] }> =>
      units.run(user, async ({ tx }) => {
        await records.find(tx, supplierId);
        const rows = await tx.supplierDisposal.findMany({
          where: { supplierId },
          orderBy: [{ handedOn: 'desc' }, { id: 'desc' }],
          take: 200,
        });
        return { items: rows.map((row) => answerFrom(disposalSchema, row, {})) };
      }),

    /**
     * @throws Problem `supplier.not-cleared` where no licence covers the waste, today and on the day on
     * which it was handed over.
     */
    add: (
      user: User,
      supplierId: string,
      input: z.infer<typeof disposalInput>,
    ): Promise<Disposal> =>
      records.gated(user, supplierId, { purpose: 'dispose', waste: input.waste }, async (unit) => {
        const { waste, handedOn } = input;
        await records.requireCleared(unit, supplierId, 'dispose', { waste, on: handedOn });
        const id = newId();
        const by = { tenantId: user.tenant, supplierId, byUser: user.account.id };
        const row = await unit.tx.supplierDisposal.create({
          data: { id, ...by, ...input, handedOn: new Date(handedOn) },
        });
        const after = { supplier: supplierId, ...input };
        const event = ['handed-over', after] as const;
        await noteCreated(unit, { entity: 'supplier-disposal', id, after, event });
        return answerFrom(disposalSchema, row, {});
      }),
  };
}
