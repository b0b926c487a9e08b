import type { Transaction } from '../../platform/db/database.ts';
import type { ModuleFacts } from '../../platform/facts.ts';
import { chain } from './chain.ts';

const MOST_ACCESSES = 200;

const linesAbout = async (tx: Transaction, entity: string, entityId: string) => ({
  counts: { auditLines: await tx.auditLog.count({ where: { entity, entityId } }) },
});

export const facts: ModuleFacts = {
  chain,
  about: {
    // Decisions on false reports are left out: a growing count reveals who reported.
    person: async (tx, id) => ({
      counts: {
        auditLines: await tx.auditLog.count({
          where: { personId: id, entity: { not: 'hazard-penalty' } },
        }),
      },
    }),
    area: (tx, id) => linesAbout(tx, 'area', id),
    equipment: (tx, id) => linesAbout(tx, 'equipment', id),
  },
  ownData: {
    /** Views and changes of the person's data, newest first. */
    async show(tx, { person, user }) {
      const views = await tx.auditLog.findMany({
        where: { personId: person, NOT: { userId: user } },
        orderBy: { seq: 'desc' },
        take: MOST_ACCESSES,
        select: { at: true, action: true, entity: true, userName: true, reason: true },
      });
      return { accesses: views.map(({ at, ...rest }) => ({ at: at.toISOString(), ...rest })) };
    },
  },
};
