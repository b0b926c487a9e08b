import { Prisma } from '../../generated/prisma/client.ts';
import type { TimelineSource } from '../../platform/facts.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { readCourses } from './records.ts';

const titles: Readonly<Record<string, (course: Bilingual) => Bilingual>> = {
  passed: ({ zh, en }) => ({ zh: `培训合格：${zh}`, en: `Course passed: ${en}` }),
  failed: ({ zh, en }) => ({ zh: `培训考核不合格：${zh}`, en: `Course failed: ${en}` }),
  due: ({ zh, en }) => ({ zh: `因违章须再培训：${zh}`, en: `Retraining after a violation: ${en}` }),
};

/** Courses that the person passed or failed, and retraining. */
export const timeline: readonly TimelineSource[] = [
  {
    kind: 'training',
    name: { zh: '培训', en: 'Training' },
    permission: 'qualification:read',
    feature: 'qualifications',
    internalDetail: true,
    rows: (people) => Prisma.sql`
      SELECT t.id, t.held_on::timestamptz AS at, TRUE AS day,
        jsonb_build_object('course', t.course, 'result', t.result, 'source', t.source) AS data
      FROM training_record t WHERE t.person_id = ANY (${[...people]}::text[]) AND t.withdrawn_at IS NULL`,
    async show(tx, rows) {
      const courses = await readCourses(tx);
      return rows.map(({ data }) => {
        const { course, result, source } = data as Record<'course' | 'result' | 'source', string>;
        const title = titles[result] ?? titles['due']!;
        return {
          title: title(courses.name(course)),
          detail: { zh: source, en: source },
          tone: result === 'passed' ? 'ok' : 'warn',
        };
      });
    },
  },
];
