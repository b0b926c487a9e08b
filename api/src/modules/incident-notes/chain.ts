import {
  CHAIN_MOST,
  type ChainSource,
  joinTexts,
  plainText,
} from '../../platform/incident-chain.ts';
import { REMOVED, userNames } from '../../platform/workflow/record-view.ts';

/** What people wrote down about the incident, for those who see all of it. */
export const chain: readonly ChainSource[] = [
  {
    kind: 'note',
    name: { zh: '事件记录', en: 'Notes' },
    part: 'after',
    permission: 'violation:read',
    feature: 'monitoring',
    of: 'whole',
    async read(tx, { incidents }) {
      const rows = await tx.incidentNote.findMany({
        where: { incidentId: { in: [...incidents] } },
        orderBy: { id: 'asc' },
        take: CHAIN_MOST + 1,
      });
      const names = await userNames(
        tx,
        rows.map(({ byUser }) => byUser),
      );
      return rows.map(({ id, at, text, byUser, correctedAt }) => ({
        id,
        at,
        title: plainText(text),
        detail: joinTexts([
          names.get(byUser) ?? REMOVED,
          correctedAt && { zh: '已更正', en: 'corrected' },
        ]),
      }));
    },
  },
];
