import { Prisma } from '../../generated/prisma/client.ts';
import type { TimelineSource } from '../../platform/facts.ts';
import { readCategories } from '../qualifications/words.ts';

/** Practical tests that the person passed. */
export const timeline: readonly TimelineSource[] = [
  {
    kind: 'practical-test',
    name: { zh: '实操考试', en: 'Practical tests' },
    permission: 'qualification:read',
    feature: 'qualifications',
    internalDetail: true,
    rows: (people) => Prisma.sql`
      SELECT t.id, t.passed_on::timestamptz AS at, TRUE AS day,
        jsonb_build_object('category', t.category, 'source', t.source) AS data
      FROM practical_test t WHERE t.person_id = ANY (${[...people]}::text[]) AND t.revoked_at IS NULL`,
    async show(tx, rows) {
      const categories = await readCategories(tx);
      return rows.map(({ data }) => {
        const { category, source } = data as { category: string; source: string };
        const name = categories.name('special-work', category);
        return {
          title: { zh: `通过实操考试：${name.zh}`, en: `Practical test passed: ${name.en}` },
          detail: { zh: source, en: source },
          tone: 'ok',
        };
      });
    },
  },
];
