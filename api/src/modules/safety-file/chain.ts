import {
  CHAIN_MOST,
  type ChainSource,
  joinTexts,
  personLink,
} from '../../platform/incident-chain.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { type ChangeKind, stateOf, withHistory } from './rows.ts';

const changes: Readonly<Record<ChangeKind | 'restored', Bilingual>> = {
  'taken-back': { zh: '档案记录随结论撤销', en: 'The entry was taken back with the verdict' },
  withdrawn: {
    zh: '异议成立，档案记录撤销',
    en: 'The objection was granted: the entry is withdrawn',
  },
  moved: { zh: '档案记录移至另一人', en: 'The entry was moved to another person' },
  restored: { zh: '档案记录恢复', en: 'The entry counts again' },
};

/** What the incident put into the file of the person, the objection to it and what was decided. Words of people stay there. */
export const chain: readonly ChainSource[] = [
  {
    kind: 'file-entry',
    name: { zh: '安全档案与异议', en: 'Safety file and objections' },
    part: 'after',
    permission: 'violation:read',
    feature: 'monitoring',
    of: 'person',
    async read(tx, { person, findings }, account) {
      if (person === null) return [];
      const rows = await tx.safetyEntry.findMany({
        where: {
          violationId: { in: findings.map(({ id }) => id) },
          personId: { in: [...person.ids] },
        },
        include: withHistory,
        orderBy: { id: 'asc' },
        take: CHAIN_MOST + 1,
      });
      const decides = account.permissions.has('objection:decide');
      const link = personLink(account, person, '/me/violations');
      return rows.flatMap((row) => {
        const kind = row.kindName as Bilingual;
        const { objection } = row;
        const ofCase = decides && objection ? `/objections/${objection.id}` : link;
        return [
          {
            id: row.id,
            at: row.writtenAt,
            title: {
              zh: `记入 ${person.name} 的安全档案：${kind.zh}`,
              en: `Entered in the file of ${person.name}: ${kind.en}`,
            },
            detail:
              stateOf(row) === 'in-force'
                ? { zh: '计入档案', en: 'it counts' }
                : { zh: '已不计入档案', en: 'it does not count any more' },
            link,
          },
          ...(objection === null
            ? []
            : [
                {
                  id: `${objection.id}.filed`,
                  at: objection.filedAt,
                  title: { zh: `${person.name} 提出异议`, en: `${person.name} objected` },
                  detail: joinTexts([
                    objection.closedAt === null ? { zh: '待裁定', en: 'not decided yet' } : null,
                  ]),
                  link: ofCase,
                },
                ...(objection.decidedAt === null
                  ? []
                  : [
                      {
                        id: `${objection.id}.decided`,
                        at: objection.decidedAt,
                        title: { zh: '异议已裁定', en: 'The objection was decided' },
                        detail: joinTexts([objection.decidedByName as Bilingual | null]),
                        link: ofCase,
                      },
                    ]),
              ]),
          ...row.changes.map(({ number, kind: what, at, byName }) => ({
            id: `${row.id}.${number}`,
            at,
            title: changes[what as keyof typeof changes],
            detail: joinTexts([byName as Bilingual | null]),
            link,
          })),
        ];
      });
    },
  },
];
