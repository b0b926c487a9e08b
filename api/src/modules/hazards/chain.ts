import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import {
  CHAIN_MOST,
  type ChainSource,
  joinTexts,
  plainText,
} from '../../platform/incident-chain.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { generalStates } from './flow-general.ts';
import { majorStates } from './flow-major.ts';
import { visibleRows } from './visibility.ts';

/** The states as they are shipped: a company may rename them and keeps their ids. */
const states = new Map([...generalStates, ...majorStates].map(({ id, name }) => [id, name]));

interface Row {
  id: string;
  no: string;
  title: string;
  state: string;
  reportedAt: Date;
  assignedAt: Date | null;
  rectifiedAt: Date | null;
  rectifyDueAt: Date | null;
  closedAt: Date | null;
  outcome: string | null;
  department: Bilingual | null;
}

const find = (tx: Transaction, account: Account, where: Prisma.Sql): Promise<Row[]> =>
  sqlIn(tx)<Row>(Prisma.sql`
    SELECT h.id, h.no, h.title, h.state, h.reported_at AS "reportedAt", h.assigned_at AS "assignedAt",
      h.rectified_at AS "rectifiedAt", h.rectify_due_at AS "rectifyDueAt", h.closed_at AS "closedAt", h.outcome,
      d.name AS department
    FROM hazard h LEFT JOIN department d ON d.id = h.department_id
    WHERE ${where} AND ${visibleRows(account)} ORDER BY h.reported_at DESC, h.id DESC LIMIT ${CHAIN_MOST + 1}`);

const named = ({ no, title }: Row): Bilingual => plainText(`${no} ${title}`);
const stateOf = ({ state, closedAt }: Row): Bilingual =>
  states.get(state) ?? (closedAt ? { zh: '已办结', en: 'Closed' } : { zh: '处理中', en: 'Open' });
const common = { permission: 'hazard:read', feature: 'hazards', of: 'place' } as const;

export const chain: readonly ChainSource[] = [
  {
    ...common,
    kind: 'open-hazard',
    name: { zh: '当时未销号的隐患', en: 'Hazards that were open' },
    part: 'before',
    async read(tx, { areas, startedAt }, account) {
      if (areas.length === 0) return [];
      const rows = await find(
        tx,
        account,
        Prisma.sql`h.area_id = ANY (${[...areas]}::text[]) AND h.reported_at <= ${startedAt}
          AND (h.closed_at IS NULL OR h.closed_at > ${startedAt}) AND h.outcome IS DISTINCT FROM 'rejected'`,
      );
      return rows.map((row) => {
        const name = named(row);
        const { rectifyDueAt, rectifiedAt } = row;
        const isRectified = rectifiedAt !== null && rectifiedAt <= startedAt;
        const isOverdue = rectifyDueAt !== null && rectifyDueAt < startedAt && !isRectified;
        return {
          id: row.id,
          at: row.reportedAt,
          until: row.closedAt,
          title: { zh: `隐患未销号：${name.zh}`, en: `Open hazard: ${name.en}` },
          detail: joinTexts([
            { zh: `现状态：${stateOf(row).zh}`, en: `now: ${stateOf(row).en}` },
            isOverdue ? { zh: '当时已超期', en: 'overdue at that time' } : null,
          ]),
          tone: 'warn',
          link: `/hazards/${row.id}`,
        };
      });
    },
  },
  {
    ...common,
    kind: 'raised-hazard',
    name: { zh: '由此上报的隐患', en: 'Hazards raised from it' },
    part: 'after',
    async read(tx, { findings }, account) {
      const ids = findings.map(({ id }) => id);
      const rows = await find(
        tx,
        account,
        Prisma.sql`h.id IN (SELECT l.hazard_id FROM hazard_link l
          WHERE l.entity = 'violation' AND l.entity_id = ANY (${ids}::text[]))`,
      );
      return rows.flatMap((row) => {
        const [name, link] = [named(row), `/hazards/${row.id}`];
        const steps = [
          {
            what: 'reported',
            at: row.reportedAt,
            words: { zh: '上报为隐患', en: 'Reported as a hazard' },
            detail: { zh: `现状态：${stateOf(row).zh}`, en: `now: ${stateOf(row).en}` },
          },
          {
            what: 'assigned',
            at: row.assignedAt,
            words: { zh: '隐患已分派整改', en: 'Its measure was assigned' },
            detail: row.department,
          },
          {
            what: 'rectified',
            at: row.rectifiedAt,
            words: { zh: '整改已提交验收', en: 'Its measure was handed in' },
            detail: null,
          },
          {
            what: 'closed',
            at: row.closedAt,
            words:
              row.outcome === 'rejected'
                ? { zh: '隐患不予受理', en: 'It was found to be no hazard' }
                : { zh: '隐患已销号', en: 'The hazard was closed' },
            detail: null,
          },
        ];
        return steps.flatMap(({ what, at, words, detail }) =>
          at === null
            ? []
            : [
                {
                  id: `${row.id}.${what}`,
                  at,
                  title: { zh: `${words.zh}：${name.zh}`, en: `${words.en}: ${name.en}` },
                  detail,
                  tone: what === 'closed' ? ('ok' as const) : ('neutral' as const),
                  link,
                },
              ],
        );
      });
    },
  },
];
