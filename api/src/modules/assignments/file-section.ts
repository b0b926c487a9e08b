import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { FileSection } from '../../platform/file-sections.ts';

const words = {
  zh: { done: '已完成', running: '进行中', planned: '已安排', cancelled: '已取消' },
  en: { done: 'Done', running: 'Going on', planned: 'Planned', cancelled: 'Cancelled' },
} as const;

/** How many jobs the person was assigned to in the period. */
export const fileSections: readonly FileSection[] = [
  {
    id: 'jobs',
    name: { zh: '作业派工', en: 'Jobs assigned' },
    permission: 'assignment:read',
    feature: 'assignments',
    order: 60,
    async read(tx, { ids, language, period }) {
      const counts = await sqlIn(tx)<{ status: string; n: number }>(Prisma.sql`
        SELECT j.status, count(*)::int AS n FROM work_assignment w
        JOIN work_job j ON j.tenant_id = w.tenant_id AND j.id = w.job_id
        WHERE w.person_id = ANY (${[...ids]}::text[]) AND w.ended_at IS NULL
          AND w.from_at >= ${period.from} AND w.from_at < ${period.until}
        GROUP BY j.status`);
      const rows = Object.entries(words[language]).map(([status, label]) => {
        const n = counts.find((one) => one.status === status)?.n ?? 0;
        return [label, String(n)] as const;
      });
      return { blocks: [{ type: 'facts', rows }] };
    },
  },
];
