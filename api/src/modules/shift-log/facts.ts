import { countedUse, type ModuleFacts } from '../../platform/facts.ts';
import { chain } from './chain.ts';

export const facts: ModuleFacts = {
  chain,
  uses: {
    site: async (tx, site) => [
      countedUse('shift-note', await tx.shiftNote.count({ where: { site } })),
      countedUse('shift-handover', await tx.shiftHandover.count({ where: { site } })),
    ],
  },
};
