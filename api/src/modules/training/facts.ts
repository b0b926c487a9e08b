import type { ModuleFacts } from '../../platform/facts.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { fileSections } from './file-section.ts';
import { timeline } from './timeline.ts';

/** Training is kept with the qualifications of the person. */
export const facts: ModuleFacts = {
  timeline,
  fileSections,
  about: {
    // Counted only: a person with records cannot be removed. The file has a tab with the list.
    person: async (tx, id) => ({
      counts: { trainings: await tx.trainingRecord.count({ where: { personId: id } }) },
    }),
  },
  ownData: {
    export: async (tx, { person }) => ({
      trainings: (
        await tx.trainingRecord.findMany({
          where: { personId: person },
          orderBy: { heldOn: 'desc' },
          take: 10_000,
        })
      ).map(({ course, result, heldOn, until, source, withdrawReason }) => ({
        course,
        result,
        heldOn: dayText(heldOn),
        until: dayText(until),
        source,
        withdrawReason,
      })),
    }),
  },
};
