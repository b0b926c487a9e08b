import { CHAIN_MOST, type ChainSource, joinTexts } from '../../platform/incident-chain.ts';
import { REMOVED, userNames } from '../../platform/workflow/record-view.ts';
import { severityTexts } from '../violations/kind.ts';

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
        const by = names.get(byUser) ?? REMOVED;
        return {
          id,
          at,
          title: { zh: `${by.zh} 确认了值班报警`, en: `${by.en} acknowledged the alarm` },
          detail: joinTexts([severityTexts[severity]]),
          tone: 'ok' as const,
        };
      });
    },
  },
];
