import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { FileSection } from '../../platform/file-sections.ts';

const words = {
  zh: { allow: '允许', hold: '暂缓', deny: '拒绝', operated: '设备操作次数' },
  en: { allow: 'Allowed', hold: 'Held', deny: 'Refused', operated: 'Machines operated' },
} as const;

/** How often machines and doors answered the person in the period, and how often the person operated machines. */
export const fileSections: readonly FileSection[] = [
  {
    id: 'gates',
    name: { zh: '开机与门禁', en: 'Starts and doors' },
    permission: 'gate:read',
    feature: 'gates',
    order: 70,
    recipients: ['person', 'internal'],
    async read(tx, { ids, language, period: { from, until } }) {
      const people = [...ids];
      const answers = await sqlIn(tx)<{ decision: string; n: number }>(Prisma.sql`
        SELECT d.decision, count(*)::int AS n FROM gate_decision d
        WHERE d.person_id = ANY (${people}::text[])
          AND d.decided_at >= ${from} AND d.decided_at < ${until}
        GROUP BY d.decision`);
      const operated = await tx.gateSession.count({
        where: { personId: { in: people }, from: { gte: from, lt: until } },
      });
      const t = words[language];
      const of = (decision: string) =>
        String(answers.find((one) => one.decision === decision)?.n ?? 0);
      return {
        blocks: [
          {
            type: 'facts',
            rows: [
              [t.allow, of('allow')],
              [t.hold, of('hold')],
              [t.deny, of('deny')],
              [t.operated, String(operated)],
            ],
          },
        ],
      };
    },
  },
];
