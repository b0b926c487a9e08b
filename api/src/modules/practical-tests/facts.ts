import type { ModuleFacts } from '../../platform/facts.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { timeline } from './timeline.ts';

/** Practical tests are kept with the qualifications of the person. */
export const facts: ModuleFacts = {
  timeline,
  about: {
    // For the rule that a person with records is not removed; the file shows the list.
    person: async (tx, id) => ({
      counts: { practicalTests: await tx.practicalTest.count({ where: { personId: id } }) },
    }),
  },
  ownData: {
    export: async (tx, { person }) => ({
      practicalTests: (
        await tx.practicalTest.findMany({
          where: { personId: person },
          orderBy: { passedOn: 'desc' },
          take: 10_000,
        })
      ).map(({ category, passedOn, source, revokeReason }) => ({
        category,
        passedOn: dayText(passedOn),
        source,
        revokeReason,
      })),
    }),
  },
};
