import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { countedUse, type ModuleFacts, openOf } from '../../platform/facts.ts';
import { chain } from './chain.ts';
import { timeline } from './timeline.ts';

const MOST_EXPORTED = 10_000;

interface Counts {
  [name: string]: number;
}

async function countsOf(tx: Transaction, statement: Prisma.Sql): Promise<{ counts: Counts }> {
  const [counts] = await tx.$queryRaw<Counts[]>(statement);
  return { counts: counts ?? {} };
}

/**
 * A growing count reveals a reporter: it is visible to the person and to users who may identify
 * reporters only. A returned report is assigned to its reporter, so the count of assigned hazards
 * leaves out those that the person reported.
 */
const mayCountReports = ({ person, permissions }: Account, id: string) =>
  person === id || permissions.get('hazard:identify') === 'all';

export const facts: ModuleFacts = {
  uses: {
    site: async (tx, site) => [countedUse('hazard', await tx.hazard.count({ where: { site } }))],
    floorPlan: async (tx, { site, plan }) => [
      countedUse('hazard', await tx.hazard.count({ where: { site, floorPlan: plan } })),
    ],
  },
  chain,
  timeline,
  about: {
    async person(tx, id, account) {
      const { counts } = await countsOf(
        tx,
        Prisma.sql`
          SELECT (SELECT count(*)::int FROM hazard h WHERE h.reporter_id = ANY (u.ids)) AS "hazardsReported",
            (SELECT count(*)::int FROM hazard h WHERE h.assignees && u.ids
              AND h.reporter_id <> ALL (u.ids)) AS "hazardsAssigned"
          FROM (SELECT coalesce(array_agg(id::text), '{}') AS ids FROM app_user WHERE person_id = ${id}) u`,
      );
      const { hazardsReported = 0, hazardsAssigned = 0 } = counts;
      return {
        counts: {
          hazardsReported: mayCountReports(account, id) ? hazardsReported : null,
          hazardsAssigned,
        },
      };
    },
    area: (tx, id) =>
      countsOf(
        tx,
        Prisma.sql`
          SELECT count(*)::int AS hazards, count(*) FILTER (WHERE closed_at IS NULL)::int AS "openHazards"
          FROM hazard WHERE area_id = ${id}`,
      ),
    equipment: (tx, id) =>
      countsOf(
        tx,
        Prisma.sql`
          SELECT count(*)::int AS hazards, count(*) FILTER (WHERE h.closed_at IS NULL)::int AS "openHazards",
            coalesce(sum((SELECT count(*) FROM hazard_link w
              WHERE w.hazard_id = h.id AND w.entity = 'violation')), 0)::int AS violations
          FROM hazard h WHERE EXISTS (SELECT 1 FROM hazard_link l
            WHERE l.hazard_id = h.id AND l.entity = 'equipment' AND l.entity_id = ${id})`,
      ),
  },
  /** A returned report is left out: its reporter is anonymous. */
  async leaving(tx, person) {
    const rows = await tx.$queryRaw<{ id: string; no: string; title: string }[]>`
      SELECT h.id, h.no, h.title FROM hazard h
      JOIN (SELECT array_agg(id::text) AS ids FROM app_user WHERE person_id = ${person}) u
        ON h.assignees && u.ids AND h.reporter_id <> ALL (u.ids)
      WHERE h.closed_at IS NULL ORDER BY h.rectify_due_at NULLS LAST, h.id`;
    return openOf(
      { zh: '未完成的整改', en: 'Open measures' },
      rows.map(({ id, no, title }) => {
        const text = `${no} ${title}`;
        return { text: { zh: text, en: text }, link: `/hazards/${id}` };
      }),
    );
  },
  ownData: {
    show: (tx, { user }) =>
      countsOf(
        tx,
        Prisma.sql`
          SELECT count(*) FILTER (WHERE reporter_id = ${user})::int AS "hazardsReported",
            count(*) FILTER (WHERE ${user} = ANY (assignees))::int AS "hazardsAssigned"
          FROM hazard`,
      ),
    /** Hazards that the person reported, and hazards that the person had to rectify, without their reporters. */
    export: async (tx, { user }) => {
      const found = await sqlIn(tx)<{ isReporter: boolean } & Record<string, unknown>>(Prisma.sql`
        SELECT h.reporter_id = ${user} AS "isReporter", h.id, h.no, h.title, h.description, h.type, h.state,
          h.found_at AS "foundAt", h.reported_at AS "reportedAt", h.closed_at AS "closedAt"
        FROM hazard h JOIN hazard_party p ON p.hazard_id = h.id
        WHERE p.user_id = ${user} ORDER BY h.reported_at DESC, h.id LIMIT ${MOST_EXPORTED}`);
      const of = (isReporter: boolean) =>
        found
          .filter((one) => one.isReporter === isReporter)
          .map(({ isReporter: _, ...shown }) => shown);
      return { hazardsReported: of(true), hazardsToRectify: of(false) };
    },
  },
  violationsInUse: Prisma.sql`
    SELECT l.entity_id FROM hazard_link l JOIN hazard h ON h.id = l.hazard_id
    WHERE l.entity = 'violation' AND h.closed_at IS NULL`,
};
