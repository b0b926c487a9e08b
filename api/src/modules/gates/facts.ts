import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { ModuleFacts, Removed } from '../../platform/facts.ts';
import { idsOfPerson } from '../people/merged.ts';
import { chain } from './chain.ts';
import { fileSections } from './file-section.ts';
import { timeline } from './timeline.ts';

const MOST_EXPORTED = 10_000;

/** A person gets what points answered, with all reasons, and when they operated what. */
export const facts: ModuleFacts = {
  chain,
  timeline,
  fileSections,
  merge: {
    async conflicts(tx, { from, into }) {
      const [found] = await sqlIn(tx)<{ same: boolean; machines: string }>(Prisma.sql`
        SELECT a.machine = b.machine AND a.until_at IS NULL AND b.until_at IS NULL AS same,
          concat_ws(', ', a.machine, nullif(b.machine, a.machine)) AS machines
        FROM gate_session a JOIN gate_session b ON b.person_id = ${into}
          AND tstzrange(a.from_at, a.until_at) && tstzrange(b.from_at, b.until_at)
        WHERE a.person_id = ${from} ORDER BY 1 DESC, a.from_at DESC LIMIT 1`);
      if (!found) return [];
      const { same, machines } = found;
      return [
        {
          code: same ? 'sessions' : 'sessions-at-once',
          blocks: same,
          text: same
            ? {
                zh: `两份档案都在操作 ${machines}：请先停机，结束其中一个操作时段`,
                en: `Both operate ${machines} now: stop the machine first, which ends the sessions`,
              }
            : {
                zh: `两份档案同一时段在不同机器上操作（${machines}）：请确认确为一人`,
                en: `Both operated machines at one time (${machines}): make sure that it is one person`,
              },
        },
      ];
    },
  },
  ownData: {
    show: async (tx, { person }) => ({
      counts: {
        gateDecisions: await tx.gateDecision.count({
          where: { personId: { in: await idsOfPerson(tx, person) } },
        }),
      },
    }),
    export: async (tx, { person }) => ({
      gateDecisions: await tx.gateDecision.findMany({
        where: { personId: { in: await idsOfPerson(tx, person) } },
        orderBy: { id: 'desc' },
        take: MOST_EXPORTED,
        select: {
          id: true,
          kind: true,
          target: true,
          card: true,
          decidedAt: true,
          decision: true,
          reasons: true,
        },
      }),
      gateOverrides: await tx.gateOverride.findMany({
        where: { personId: person },
        orderBy: { id: 'desc' },
        take: MOST_EXPORTED,
        select: { id: true, kind: true, target: true, reason: true, fromAt: true, untilAt: true },
      }),
      operated: await tx.gateSession.findMany({
        where: { personId: person },
        orderBy: { id: 'desc' },
        take: MOST_EXPORTED,
        select: { machine: true, from: true, until: true, endedBy: true },
      }),
    }),
  },
  purgers: [
    {
      policy: 'gate-decisions',
      most: 5000,
      // None of the last month is removed, whatever term is set.
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM gate_decision WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM gate_decision
          WHERE decided_at < least(${cutoff}, now() - interval '30 days') LIMIT ${most}))
        RETURNING id, decided_at AS at`,
    },
    {
      policy: 'gate-decisions',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM gate_override WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM gate_override
          WHERE until_at < least(${cutoff}, now() - interval '30 days') LIMIT ${most}))
        RETURNING id, until_at AS at`,
    },
  ],
};
