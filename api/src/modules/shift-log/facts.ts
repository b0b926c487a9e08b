import { countedUse, type ModuleFacts } from '../../platform/facts.ts';

export const facts: ModuleFacts = {
  uses: {
    site: async (tx, site) => [
      countedUse('shift-note', await tx.shiftNote.count({ where: { site } })),
      countedUse('shift-handover', await tx.shiftHandover.count({ where: { site } })),
    ],
  },
};
