import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import { type ModuleFacts, openOf, type Removed } from '../../platform/facts.ts';
import { fileSections } from './file-section.ts';
import { timeline } from './timeline.ts';

const MOST_EXPORTED = 10_000;

/** A person gets what they were assigned to, and why not any more. */
export const facts: ModuleFacts = {
  timeline,
  fileSections,
  merge: {
    async conflicts(tx, { from, into }) {
      const [found] = await sqlIn(tx)<{ title: string }>(Prisma.sql`
        SELECT j.title FROM work_assignment a
        JOIN work_assignment b ON b.person_id = ${into} AND b.ended_at IS NULL
          AND b.from_at < a.until_at AND b.until_at > a.from_at
        JOIN work_job j ON j.tenant_id = a.tenant_id AND j.id = a.job_id
        WHERE a.person_id = ${from} AND a.ended_at IS NULL LIMIT 1`);
      if (!found) return [];
      return [
        {
          code: 'assignments',
          blocks: true,
          text: {
            zh: `两份档案在同一时段各有派工（${found.title}）：请先取消其中一项`,
            en: `Both are assigned at the same time (${found.title}): end one of the assignments first`,
          },
        },
      ];
    },
  },
  async leaving(tx, person) {
    const rows = await sqlIn(tx)<{ id: string; title: string; day: string }>(Prisma.sql`
      SELECT j.id, j.title, to_char(a.from_at, 'YYYY-MM-DD') AS day FROM work_assignment a
      JOIN work_job j ON j.tenant_id = a.tenant_id AND j.id = a.job_id
      WHERE a.person_id = ${person} AND a.ended_at IS NULL AND a.until_at > now()
        AND j.status IN ('planned', 'running')
      ORDER BY a.from_at, a.id`);
    return openOf(
      { zh: '未完成的派工', en: 'Jobs that they are assigned to' },
      rows.map(({ id, title, day }) => {
        const text = `${title} · ${day}`;
        return { text: { zh: text, en: text }, link: `/assignments/${id}` };
      }),
    );
  },
  ownData: {
    show: async (tx, { person }) => ({
      counts: { workAssignments: await tx.workAssignment.count({ where: { personId: person } }) },
    }),
    export: async (tx, { person }) => ({
      workAssignments: await tx.workAssignment.findMany({
        where: { personId: person },
        orderBy: { id: 'desc' },
        take: MOST_EXPORTED,
        select: {
          id: true,
          job: { select: { title: true, areaId: true, machineId: true, work: true, status: true } },
          from: true,
          until: true,
          decision: true,
          overrideReason: true,
          assignedAt: true,
          endedAt: true,
          endReason: true,
          lostAt: true,
          lostCodes: true,
        },
      }),
    }),
  },
  purgers: [
    {
      policy: 'work-assignments',
      most: 2_000,
      // The crew goes with its job.
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM work_job WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM work_job WHERE until_at < ${cutoff} AND status <> 'running' LIMIT ${most}))
        RETURNING id, until_at AS at`,
    },
  ],
};
