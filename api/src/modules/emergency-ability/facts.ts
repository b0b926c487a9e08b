import type { ModuleFacts } from '../../platform/facts.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { idsOfPerson } from '../people/merged.ts';
import { chain } from './chain.ts';
import { fileSections } from './file-section.ts';
import { timeline } from './timeline.ts';

/** What a person can do in an emergency is part of the safety file: it is not erased. */
export const facts: ModuleFacts = {
  chain,
  timeline,
  fileSections,
  about: {
    // For the rule that a person with records is not removed; the file shows the list.
    person: async (tx, id) => ({
      counts: {
        emergencyAssessments: await tx.emergencyAssessment.count({ where: { personId: id } }),
      },
    }),
  },
  merge: {
    async conflicts(tx, { from, into }) {
      // An assessor is named by the file of then, which may be joined with one of these.
      const [one, other] = [await idsOfPerson(tx, from), await idsOfPerson(tx, into)];
      const between = await tx.emergencyAssessment.count({
        where: {
          OR: [
            { personId: from, assessorId: { in: other } },
            { personId: into, assessorId: { in: one } },
          ],
        },
      });
      if (between === 0) return [];
      return [
        {
          code: 'assessed-by-other',
          blocks: true,
          text: {
            zh: '一份档案评估过另一份的应急能力：不是同一个人，或评估人登记有误',
            en: 'One of them assessed the other: they are not one person, or the assessor was entered wrongly',
          },
        },
      ];
    },
  },
  ownData: {
    export: async (tx, { person }) => ({
      emergencyAssessments: (
        await tx.emergencyAssessment.findMany({
          where: { personId: person },
          orderBy: { assessedOn: 'desc' },
          take: 10_000,
        })
      ).map(({ kind, method, level, score, source, ...row }) => ({
        kind,
        method,
        level,
        score,
        source,
        assessedOn: dayText(row.assessedOn),
        validUntil: dayText(row.validUntil),
        revokeReason: row.revokeReason,
      })),
    }),
  },
};
