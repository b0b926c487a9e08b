import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import {
  CHAIN_MOST,
  type ChainSource,
  joinTexts,
  plainText,
} from '../../platform/incident-chain.ts';

interface Row {
  id: string;
  kind: string;
  title: string;
  place: string | null;
  fromAt: Date;
  toAt: Date;
  closedAt: Date | null;
}

/** Permits that held in the areas of the incident when it began. */
export const chain: readonly ChainSource[] = [
  {
    kind: 'permit',
    name: { zh: '有效的作业票', en: 'Permits in force' },
    part: 'before',
    permission: 'permit:read',
    feature: 'permits',
    of: 'place',
    async read(tx, { areas, startedAt }) {
      if (areas.length === 0) return [];
      // The row has the state of today; the steps of its case have the state at that instant.
      const rows = await sqlIn(tx)<Row>(Prisma.sql`
        SELECT p.id, p.kind, p.title, p.place, p.from_at AS "fromAt", p.to_at AS "toAt", p.closed_at AS "closedAt"
        FROM permit p CROSS JOIN LATERAL (
          SELECT w.to_state FROM workflow_step w
          WHERE w.tenant_id = p.tenant_id AND w.case_id = p.case_id AND w.at <= ${startedAt}
          ORDER BY w.version DESC LIMIT 1) s
        WHERE p.area_id = ANY (${[...areas]}::text[]) AND s.to_state = 'active'
          AND p.from_at <= ${startedAt} AND p.to_at > ${startedAt}
        ORDER BY p.from_at DESC, p.id DESC LIMIT ${CHAIN_MOST + 1}`);
      const kinds = new Map((await wordsIn(tx, 'special-work')).map(({ id, name }) => [id, name]));
      return rows.map(({ id, kind, title, place, fromAt, toAt, closedAt }) => ({
        id,
        at: fromAt,
        // The job that expires permits runs some time after their end.
        until: closedAt !== null && closedAt < toAt ? closedAt : toAt,
        title: { zh: `作业票：${title}`, en: `Permit: ${title}` },
        detail: joinTexts([kinds.get(kind), place === null ? null : plainText(place)]),
        link: `/permits/${id}`,
      }));
    },
  },
];
