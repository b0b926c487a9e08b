import { Prisma } from '../../generated/prisma/client.ts';
import type { ModuleFacts, Removed } from '../../platform/facts.ts';
import { idsOfPerson } from '../people/merged.ts';
import { fileSections } from './file-section.ts';

const MOST = 1_000;

export const facts: ModuleFacts = {
  fileSections,
  ownData: {
    export: async (tx, { person }) => ({
      postMisfits: await tx.postMisfit.findMany({
        where: { personId: { in: await idsOfPerson(tx, person) } },
        orderBy: { since: 'desc' },
        take: MOST,
        select: {
          id: true,
          postId: true,
          decision: true,
          reasons: true,
          since: true,
          closedAt: true,
        },
      }),
      matchDecisions: (
        await tx.matchDecision.findMany({
          where: { personId: { in: await idsOfPerson(tx, person) } },
          orderBy: { askedAt: 'desc' },
          take: MOST,
          select: { id: true, jobId: true, at: true, decision: true, reasons: true, askedAt: true },
        })
      ).map((row) => ({
        ...row,
        at: row.at.toISOString(),
        askedAt: row.askedAt.toISOString(),
      })),
    }),
  },
  purgers: [
    {
      policy: 'match-decisions',
      most: 5_000,
      remove: async (tx, cutoff, most) => {
        const gone = await tx.$queryRaw<Removed[]>`
          DELETE FROM match_decision WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM match_decision WHERE asked_at < ${cutoff} LIMIT ${most}))
          RETURNING id, asked_at AS at`;
        // A book that a decision of this moment is about to name is younger than the cutoff.
        await tx.$executeRaw(Prisma.sql`
          DELETE FROM match_rule_book b WHERE b.created_at < ${cutoff} AND NOT EXISTS (
            SELECT 1 FROM match_decision d WHERE d.tenant_id = b.tenant_id AND d.book_digest = b.digest)`);
        const misfits = await tx.$queryRaw<Removed[]>`
          DELETE FROM post_misfit WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM post_misfit WHERE closed_at < ${cutoff} LIMIT ${most}))
          RETURNING id, closed_at AS at`;
        return [...gone, ...misfits];
      },
    },
  ],
};
