import type { ModuleFacts, Removed } from '../../platform/facts.ts';

const MOST_EXPORTED = 10_000;

/** A person gets what they were assigned to, and why not any more. */
export const facts: ModuleFacts = {
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
