import type { ModuleFacts } from '../facts.ts';

export const facts: ModuleFacts = {
  purgers: [
    {
      policy: 'dead-letters',
      most: 5000,
      async remove(tx, cutoff, most) {
        const rows = await tx.consumerDeadLetter.findMany({
          where: { state: { in: ['replayed', 'dismissed'] }, since: { lt: cutoff } },
          select: { id: true, since: true },
          take: most,
        });
        await tx.consumerDeadLetter.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } });
        return rows.map(({ id, since }) => ({ id, at: since }));
      },
    },
  ],
};
