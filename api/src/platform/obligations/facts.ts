import type { ModuleFacts } from '../facts.ts';
import { dayText } from '../kit/schemas.ts';

export const facts: ModuleFacts = {
  ownData: {
    /** What falls due for them, and what was. */
    async export(tx, { person }) {
      const rows = await tx.obligationCase.findMany({
        where: { obligation: { personId: person } },
        include: { obligation: true },
        orderBy: [{ sortOn: 'desc' }, { id: 'desc' }],
        take: 200,
      });
      return {
        obligations: rows.map((one) => ({
          kind: one.obligation.kind,
          detail: one.obligation.detail,
          dueOn: dayText(one.dueOn),
          doneOn: dayText(one.doneOn),
          outcome: one.outcome,
        })),
      };
    },
  },
};
