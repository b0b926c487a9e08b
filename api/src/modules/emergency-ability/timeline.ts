import { Prisma } from '../../generated/prisma/client.ts';
import type { TimelineSource } from '../../platform/facts.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import type { Bilingual } from '../../platform/manifest.ts';

interface Assessed {
  kind: string;
  level: number;
  score: number | null;
  source: string;
}

/** Assessments of what the person can do in an emergency. */
export const timeline: readonly TimelineSource[] = [
  {
    kind: 'emergency-ability',
    name: { zh: '应急能力', en: 'Emergency ability' },
    permission: 'emergency:read',
    feature: 'qualifications',
    internalDetail: true,
    rows: (people) => Prisma.sql`
      SELECT e.id, e.assessed_on::timestamptz AS at, TRUE AS day,
        jsonb_build_object('kind', e.kind, 'level', e.level, 'score', e.score, 'source', e.source) AS data
      FROM emergency_assessment e
      WHERE e.person_id = ANY (${[...people]}::text[]) AND e.revoked_at IS NULL`,
    async show(tx, rows) {
      const names = new Map(
        (await wordsIn(tx, 'emergency-kind')).map(({ id, name }) => [id, name]),
      );
      return rows.map(({ data }) => {
        const { kind, level, score, source } = data as Assessed;
        const name: Bilingual = names.get(kind) ?? { zh: kind, en: kind };
        const of =
          score === null ? { zh: '', en: '' } : { zh: `，${score} 分`, en: `, score ${score}` };
        return {
          title: { zh: `应急能力评估：${name.zh}`, en: `Assessed for emergencies: ${name.en}` },
          detail: {
            zh: `等级 ${level}${of.zh} · ${source}`,
            en: `level ${level}${of.en} · ${source}`,
          },
          tone: 'ok',
        };
      });
    },
  },
];
