import {
  CHAIN_MOST,
  type ChainSource,
  joinTexts,
  plainText,
} from '../../platform/incident-chain.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type { Bilingual } from '../../platform/manifest.ts';

/** Holds on the evidence of the incident, set and lifted. */
export const chain: readonly ChainSource[] = [
  {
    kind: 'evidence-hold',
    name: { zh: '证据封存', en: 'Holds on evidence' },
    part: 'after',
    permission: 'violation:read',
    feature: 'monitoring',
    of: 'whole',
    async read(tx, { incidents }) {
      const rows = await tx.evidenceHold.findMany({
        where: { incidentId: { in: [...incidents] } },
        orderBy: { id: 'asc' },
        take: CHAIN_MOST + 1,
      });
      return rows.flatMap((row) => {
        const link = `/evidence-holds?hold=${row.id}`;
        const review = dayText(row.reviewOn);
        return [
          {
            id: row.id,
            at: row.setAt,
            until: row.liftedAt,
            title: { zh: '证据已封存', en: 'The evidence was held' },
            detail: joinTexts([
              row.setByName as Bilingual,
              plainText(row.reason),
              { zh: `复查日 ${review}`, en: `review on ${review}` },
            ]),
            link,
          },
          ...(row.liftedAt === null
            ? []
            : [
                {
                  id: `${row.id}.lifted`,
                  at: row.liftedAt,
                  title: { zh: '封存已解除', en: 'The hold was lifted' },
                  detail: joinTexts([row.liftedByName as Bilingual | null]),
                  link,
                },
              ]),
        ];
      });
    },
  },
];
