import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { ModuleFacts, Removed } from '../../platform/facts.ts';
import { idsOfPersonSql } from '../people/merged.ts';
import { chain } from './chain.ts';
import { correctedAtSql, decisionsOf } from './corrected.ts';
import { fileSections } from './file-section.ts';
import { timeline } from './timeline.ts';

const MOST_EXPORTED = 10_000;

/** Decisions that name a person, and those by the person's card that name another one, marked by corrections of bindings. */
async function decisionsAbout(tx: Transaction, person: string) {
  const people = idsOfPersonSql(person);
  const isNamed = Prisma.sql`coalesce(d.person_id IN ${people}, FALSE)`;
  return sqlIn(tx)<{
    id: string;
    kind: string;
    target: string;
    card: string | null;
    decidedAt: Date;
    decision: string;
    reasons: unknown;
    correctedAt: Date | null;
    byOwnCard: boolean;
  }>(Prisma.sql`
    SELECT d.id, d.kind, d.target, d.card, d.decided_at AS "decidedAt", d.decision,
      -- What was held against another person is that person's own matter.
      CASE WHEN ${isNamed} THEN d.reasons ELSE '[]' END AS reasons,
      ${correctedAtSql} AS "correctedAt", NOT ${isNamed} AS "byOwnCard"
    FROM ${decisionsOf(people)} d ORDER BY d.id DESC LIMIT ${MOST_EXPORTED}`);
}

async function countDecisions(tx: Transaction, person: string): Promise<number> {
  const [row] = await sqlIn(tx)<{ n: number }>(
    Prisma.sql`SELECT count(*)::int AS n FROM ${decisionsOf(idsOfPersonSql(person))} d`,
  );
  return row?.n ?? 0;
}

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
      counts: { gateDecisions: await countDecisions(tx, person) },
    }),
    export: async (tx, { person }) => ({
      gateDecisions: await decisionsAbout(tx, person),
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
