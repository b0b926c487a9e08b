import type { ModuleFacts } from '../../platform/facts.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { chain } from './chain.ts';
import { fileSections } from './file-section.ts';
import { timeline } from './timeline.ts';

/** A person gets what is kept of their qualifications. It is kept as long as the safety file. */
export const facts: ModuleFacts = {
  chain,
  timeline,
  fileSections,
  ownData: {
    export: async (tx, { person }) => ({
      qualifications: (
        await tx.qualification.findMany({
          where: { personId: person },
          orderBy: { id: 'asc' },
          select: {
            id: true,
            type: true,
            category: true,
            level: true,
            number: true,
            issuer: true,
            validFrom: true,
            validUntil: true,
            reviewDueOn: true,
            reviewExtendedUntil: true,
            result: true,
            notFor: true,
            status: true,
            revokedAt: true,
          },
        })
      ).map((row) => ({
        ...row,
        validFrom: dayText(row.validFrom),
        validUntil: dayText(row.validUntil),
        reviewDueOn: dayText(row.reviewDueOn),
        reviewExtendedUntil: dayText(row.reviewExtendedUntil),
        revokedAt: row.revokedAt?.toISOString() ?? null,
      })),
    }),
  },
};
