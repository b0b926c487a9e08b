import { wordsIn } from '../../platform/features/dictionaries.ts';
import { type ChainSource, personLink } from '../../platform/incident-chain.ts';
import { dayDate, dayText } from '../../platform/kit/schemas.ts';
import { dayIn } from '../../platform/obligations/schedule.ts';
import { methodTexts } from './words.ts';

/** The last drill, exam or assessment of the person that was on record at the incident: absent where there was none. */
export const chain: readonly ChainSource[] = [
  {
    kind: 'last-drill',
    name: { zh: '最近一次演练或考核', en: 'Last drill or exam' },
    part: 'before',
    permission: 'emergency:read',
    feature: 'qualifications',
    of: 'person',
    async read(tx, { person, startedAt, timeZone }, account) {
      if (person === null) return [];
      const today = dayIn(startedAt, timeZone);
      const row = await tx.emergencyAssessment.findFirst({
        where: {
          personId: { in: [...person.ids] },
          assessedOn: { lte: dayDate(today) },
          createdAt: { lte: startedAt },
          OR: [{ revokedAt: null }, { revokedAt: { gt: startedAt } }],
        },
        orderBy: [{ assessedOn: 'desc' }, { id: 'desc' }],
      });
      if (row === null) return [];
      const [day, method] = [
        dayText(row.assessedOn),
        methodTexts[row.method] ?? { zh: '', en: '' },
      ];
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
          tone: dayText(row.validUntil) >= today ? 'ok' : 'warn',
          link: personLink(account, person, '/me/qualifications'),
        },
      ];
    },
  },
];
