import type { ViolationIdentity } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { countedUse, type ModuleFacts } from '../../platform/facts.ts';
import { NAMING } from '../consent/gate.ts';
import { candidatePurger } from './candidate-purge.ts';
import { chain } from './chain.ts';
import { takeNameOut } from './identity-withdrawal.ts';
import { merge } from './merge-conflicts.ts';
import { alongReading, findingsWithin } from './reach.ts';

/**
 * Number of violations of the last 90 days on the floor of areas.
 *
 * @param account whose reach they are in, where it may see violations.
 * @param areas a condition on `area a`. Polygon and point are metres on the floor plan.
 */
async function countInAreas(tx: Transaction, account: Account, areas: Prisma.Sql): Promise<number> {
  const reader = alongReading(account);
  const within = reader ? findingsWithin(reader) : Prisma.sql`TRUE`;
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(DISTINCT v.id)::int AS count FROM area a JOIN violation v ON v.site = a.site
    WHERE ${areas} AND ${within} AND a.polygon IS NOT NULL AND v.floor IS NOT NULL
      AND v.started_at > now() - interval '90 days'
      AND (SELECT string_agg(format('(%s,%s)', c ->> 0, c ->> 1), ',')::polygon
           FROM jsonb_array_elements(a.polygon) c)
        @> point((v.floor ->> 0)::float8, (v.floor ->> 1)::float8)`;
  return row?.count ?? 0;
}

/** What a reviewer confirmed of a person. */
const ofRecord = (person: string) => ({ personId: person, status: 'confirmed' });

/** What no reviewer confirmed of a person, but names that person by a badge, as the one confirmed or as a candidate. */
const candidacies = (person: string): Prisma.ViolationWhereInput => ({
  OR: [
    { candidates: { some: { personId: person } }, NOT: ofRecord(person) },
    { personId: person, status: { not: 'confirmed' } },
  ],
});

async function candidaciesOf(tx: Transaction, person: string) {
  const rows = await tx.violation.findMany({
    where: candidacies(person),
    orderBy: { startedAt: 'desc' },
    take: 10_000,
    include: { candidates: { where: { personId: person } } },
  });
  return rows.map((row) => {
    const { handle: confirmed = null, candidates = [] } =
      (row.identity as ViolationIdentity | null) ?? {};
    const own = new Set(row.candidates.map(({ handle }) => handle));
    return {
      id: row.id,
      rule: row.rule,
      item: row.item,
      camera: row.cameraName,
      site: row.site,
      startedAt: row.startedAt.toISOString(),
      verdict: row.status,
      isConfirmedByBadge: confirmed !== null && own.has(confirmed),
      probability: candidates.find(({ handle }) => own.has(handle))?.posterior ?? null,
    };
  });
}

export const facts: ModuleFacts = {
  uses: {
    site: async (tx, site) => [
      countedUse('violation', await tx.violation.count({ where: { site } })),
    ],
  },
  chain,
  merge,
  ownData: {
    show: async (tx, { person }) => ({
      counts: {
        violationsOfRecord: await tx.violation.count({ where: ofRecord(person) }),
        violationCandidacies: await tx.violation.count({ where: candidacies(person) }),
      },
    }),
    async export(tx, { person }) {
      const rows = await tx.violation.findMany({
        where: ofRecord(person),
        orderBy: { startedAt: 'desc' },
        take: 10_000,
      });
      return {
        violations: rows.map((row) => ({
          id: row.id,
          rule: row.rule,
          item: row.item,
          camera: row.cameraName,
          site: row.site,
          startedAt: row.startedAt.toISOString(),
          reviewedAt: row.reviewedAt?.toISOString() ?? null,
          basis: row.personBasis,
        })),
        violationCandidacies: await candidaciesOf(tx, person),
      };
    },
  },
  // What a reviewer confirmed is kept by legal duty.
  erase: async (unit, { id }) => [
    { policy: 'violation-records', count: await takeNameOut(unit, id, 'erase') },
  ],
  purgers: [candidatePurger],
  consentEnded: async (unit, person, purpose) =>
    NAMING.includes(purpose) ? takeNameOut(unit, person, 'consent') : 0,
  about: {
    async person(tx, id, account) {
      const users = await tx.appUser.findMany({ where: { personId: id }, select: { id: true } });
      return {
        counts: {
          verdictsGiven: await tx.verdict.count({
            where: { byUser: { in: users.map((user) => user.id) } },
          }),
          violationsInAreas: await countInAreas(
            tx,
            account,
            Prisma.sql`a.department_id = (SELECT department_id FROM person WHERE id = ${id})`,
          ),
        },
      };
    },
    area: async (tx, id, account) => ({
      counts: { violations: await countInAreas(tx, account, Prisma.sql`a.id = ${id}`) },
    }),
  },
};
