import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { ModuleFacts, Removed } from '../../platform/facts.ts';

const aliasesOf = (tx: Transaction, person: string) =>
  tx.personAlias.findMany({
    where: { personId: person },
    orderBy: [{ system: 'asc' }, { externalId: 'asc' }],
    select: { system: true, externalId: true },
  });

/** Shorter ids are counters: two systems give the same to other people. */
const LEAST_LENGTH = 4;

/** A person gets what other systems call them, and what these stated. It ends with its term. */
export const facts: ModuleFacts = {
  merge: {
    async doubles(tx) {
      const rows = await sqlIn(tx)<{ a: string; b: string }>(Prisma.sql`
        SELECT DISTINCT least(a.person_id, o.id) AS a, greatest(a.person_id, o.id) AS b FROM person_alias a
        JOIN LATERAL (
          SELECT b.person_id AS id FROM person_alias b WHERE b.external_id = a.external_id
          UNION SELECT p.id FROM person p WHERE p.employee_no = a.external_id AND p.merged_into IS NULL
        ) AS o ON o.id <> a.person_id
        WHERE length(a.external_id) >= ${LEAST_LENGTH} ORDER BY 1, 2 LIMIT 500`);
      return rows.map(({ a, b }) => ({ people: [a, b], reason: 'outside-id' }));
    },
  },
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
