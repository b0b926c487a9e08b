import { Prisma } from '../../generated/prisma/client.ts';
import type { TimelineSource } from '../../platform/facts.ts';

interface Assigned {
  job: string;
  title: string;
  status: 'planned' | 'running' | 'done' | 'cancelled';
  lost: boolean;
}

const statuses = {
  planned: { zh: '已安排', en: 'planned' },
  running: { zh: '进行中', en: 'goes on' },
  done: { zh: '已完成', en: 'done' },
  cancelled: { zh: '已取消', en: 'cancelled' },
} as const;

/** Jobs that the person was assigned to. */
export const timeline: readonly TimelineSource[] = [
  {
    kind: 'job',
    name: { zh: '作业', en: 'Jobs' },
    permission: 'assignment:read',
    feature: 'assignments',
    internalDetail: true,
    rows: (people) => Prisma.sql`
      SELECT w.id, w.from_at AS at, FALSE AS day, jsonb_build_object('job', j.id, 'title', j.title, 'status', j.status,
        'lost', w.lost_at IS NOT NULL) AS data
      FROM work_assignment w JOIN work_job j ON j.tenant_id = w.tenant_id AND j.id = w.job_id
      WHERE w.person_id = ANY (${[...people]}::text[]) AND w.ended_at IS NULL`,
    show: async (_, rows) =>
      rows.map(({ data }) => {
        const { job, title, status, lost } = data as Assigned;
        const { zh, en } = statuses[status];
        return {
          record: job,
          title: { zh: `作业：${title}`, en: `Job: ${title}` },
          detail: lost ? { zh: `${zh}，已无资格`, en: `${en}; no longer qualified` } : { zh, en },
          tone: lost ? 'warn' : 'neutral',
        };
      }),
  },
];
