import { CHAIN_MOST, type ChainSource, joinTexts } from '../../platform/incident-chain.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { userNames } from '../../platform/workflow/record-view.ts';

const severities: Readonly<Record<string, Bilingual>> = {
  low: { zh: '一般', en: 'low severity' },
  medium: { zh: '较重', en: 'medium severity' },
  high: { zh: '严重', en: 'high severity' },
};

/** Who took note of the alarm in the control room and when, for those who see all of the incident. */
export const chain: readonly ChainSource[] = [
  {
    kind: 'acknowledgement',
    name: { zh: '值班报警确认', en: 'Alarm of the control room' },
    part: 'during',
    permission: 'violation:read',
    feature: 'monitoring',
    of: 'whole',
    async read(tx, { incidents }) {
      const rows = await tx.alarmAcknowledgement.findMany({
        where: { incidentId: { in: [...incidents] } },
        orderBy: [{ at: 'asc' }, { id: 'asc' }],
        take: CHAIN_MOST + 1,
      });
      const names = await userNames(
        tx,
        rows.map(({ byUser }) => byUser),
      );
      return rows.map(({ id, at, severity, byUser }) => {
        const by = names.get(byUser) ?? { zh: '已删除的账号', en: 'An account that is gone' };
        return {
          id,
          at,
          title: { zh: `${by.zh} 确认了值班报警`, en: `${by.en} acknowledged the alarm` },
          detail: joinTexts([severities[severity]]),
          tone: 'ok' as const,
        };
      });
    },
  },
];
