import type { Transaction } from '../../platform/db/database.ts';
import type { ModuleFacts, Removed } from '../../platform/facts.ts';

const aliasesOf = (tx: Transaction, person: string) =>
  tx.personAlias.findMany({
    where: { personId: person },
    orderBy: [{ system: 'asc' }, { externalId: 'asc' }],
    select: { system: true, externalId: true },
  });

/** A person gets what other systems call them, and what these stated. It ends with its term. */
export const facts: ModuleFacts = {
  ownData: {
    async export(tx, { person }) {
      const statements = await tx.personnelStatement.findMany({
        where: { personId: person },
        orderBy: { id: 'asc' },
        select: { system: true, statedAt: true, state: true, statement: true },
      });
      return {
        aliases: await aliasesOf(tx, person),
        personnelStatements: statements.map((one) => ({
          ...one,
          statedAt: one.statedAt.toISOString(),
        })),
      };
    },
  },
  purgers: [
    {
      policy: 'personnel-statements',
      most: 2000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM personnel_statement WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM personnel_statement
          WHERE decided_at < ${cutoff} AND state <> 'planned' LIMIT ${most}))
        RETURNING id, decided_at AS at`,
    },
  ],
};
