import { wordsIn } from '../../platform/features/dictionaries.ts';
import {
  CHAIN_MOST,
  type ChainSource,
  joinTexts,
  plainText,
} from '../../platform/incident-chain.ts';

/** Permits that held in the areas of the incident when it began. */
export const chain: readonly ChainSource[] = [
  {
    kind: 'permit',
    name: { zh: '有效的作业票', en: 'Permits in force' },
    part: 'before',
    permission: 'permit:read',
    feature: 'permits',
    of: 'place',
    async read(tx, { areas, startedAt }) {
      if (areas.length === 0) return [];
      const rows = await tx.permit.findMany({
        where: {
          areaId: { in: [...areas] },
          approvedBy: { not: null },
          fromAt: { lte: startedAt },
          toAt: { gt: startedAt },
          AND: [
            { OR: [{ closedAt: null }, { closedAt: { gt: startedAt } }] },
            // What was suspended before holds nothing; what was approved and not begun neither.
            {
              OR: [
                { state: 'active', enteredAt: { lte: startedAt } },
                {
                  state: { in: ['suspended', 'closed', 'expired', 'cancelled'] },
                  enteredAt: { gt: startedAt },
                },
              ],
            },
          ],
        },
        orderBy: [{ fromAt: 'desc' }, { id: 'desc' }],
        take: CHAIN_MOST + 1,
      });
      const kinds = new Map((await wordsIn(tx, 'special-work')).map(({ id, name }) => [id, name]));
      return rows.map(({ id, kind, title, place, fromAt, toAt }) => ({
        id,
        at: fromAt,
        until: toAt,
        title: { zh: `作业票：${title}`, en: `Permit: ${title}` },
        detail: joinTexts([kinds.get(kind), place === null ? null : plainText(place)]),
        link: `/permits/${id}`,
      }));
    },
  },
];
