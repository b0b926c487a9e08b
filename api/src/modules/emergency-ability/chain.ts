import { wordsIn } from '../../platform/features/dictionaries.ts';
import type { ChainSource } from '../../platform/incident-chain.ts';
import { dayText } from '../../platform/kit/schemas.ts';

const methods: Readonly<Record<string, { zh: string; en: string }>> = {
  drill: { zh: '演练', en: 'drill' },
  exam: { zh: '考试', en: 'exam' },
  assessment: { zh: '评估', en: 'assessment' },
};

/** The last drill, exam or assessment of the person before the incident: absent where the register has none. */
export const chain: readonly ChainSource[] = [
  {
    kind: 'last-drill',
    name: { zh: '最近一次演练或考核', en: 'Last drill or exam' },
    part: 'before',
    permission: 'emergency:read',
    feature: 'qualifications',
    of: 'person',
    async read(tx, { person, startedAt }) {
      if (person === null) return [];
      const row = await tx.emergencyAssessment.findFirst({
        where: {
          personId: { in: [...person.ids] },
          assessedOn: { lte: startedAt },
          OR: [{ revokedAt: null }, { revokedAt: { gt: startedAt } }],
        },
        orderBy: [{ assessedOn: 'desc' }, { id: 'desc' }],
      });
      if (row === null) return [];
      const [day, method] = [dayText(row.assessedOn), methods[row.method] ?? { zh: '', en: '' }];
      const name = (await wordsIn(tx, 'emergency-kind')).find(({ id }) => id === row.kind)
        ?.name ?? {
        zh: row.kind,
        en: row.kind,
      };
      return [
        {
          id: row.id,
          at: null,
          title: {
            zh: `${person.name} 最近一次${method.zh}：${name.zh}`,
            en: `Last ${method.en} of ${person.name}: ${name.en}`,
          },
          detail: { zh: `${day}，等级 ${row.level}`, en: `${day}, level ${row.level}` },
          tone: row.validUntil >= startedAt ? 'ok' : 'warn',
          link: `/people/${person.id}/file`,
        },
      ];
    },
  },
];
