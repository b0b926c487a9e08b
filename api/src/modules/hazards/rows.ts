import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { listOrder, type Position } from '../../platform/kit/list-order.ts';
import { allOf, anyOf, containsSql, within } from '../../platform/kit/sql.ts';
import {
  type CaseColumns,
  overdueRows,
  selectCase,
} from '../../platform/workflow/record-columns.ts';
import type { Hazard, ListQuery } from './schema.ts';
import { visibleRows } from './visibility.ts';

type Bilingual = { zh: string; en: string };

type HazardFile = Hazard['files'][number];
type Finding = Hazard['findings'][number];

// The columns hold validated data, so they are read with the schemas' types.
export interface FileRow {
  fileId: string;
  role: HazardFile['role'];
  kind: HazardFile['kind'];
  name: string;
  width: number | null;
  height: number | null;
  takenAt: string | null;
}
export interface FindingRow {
  id: string;
  stage: Finding['stage'];
  kind: Finding['kind'];
  severity: Finding['severity'];
  text: Bilingual;
  fileId: string | null;
  otherHazardId: string | null;
  at: string;
}

/** A hazard with all shown data, from one query. */
export interface HazardRow extends CaseColumns {
  id: string;
  no: string;
  title: string;
  description: string;
  type: string;
  level: Hazard['level'];
  suggestedLevel: Hazard['suggestedLevel'];
  source: Hazard['source'];
  site: string;
  areaId: string | null;
  floorPlan: string | null;
  x: number | null;
  y: number | null;
  foundAt: Date;
  reportedAt: Date;
  late: boolean;
  reporterId: string;
  reporterName: Bilingual;
  departmentId: string | null;
  assignedAt: Date | null;
  outcome: Hazard['outcome'];
  /** Yuan, in the database's format. */
  cost: string | null;
  details: Record<string, unknown>;
  typeName: Bilingual | null;
  areaName: Bilingual | null;
  departmentName: Bilingual | null;
  files: FileRow[];
  links: Hazard['links'];
  findings: FindingRow[];
  assigneeNames: { id: string; displayName: Bilingual }[];
  parties: string[];
}

const caseOf = selectCase('h');
const overdue = overdueRows('h');

const columns = { reportedAt: 'time', id: 'id' } as const;
const inTable = { reportedAt: Prisma.sql`h.reported_at`, id: Prisma.sql`h.id` };
/** The orders of the list; ties are broken by id. */
export const hazardOrders = {
  newest: listOrder('hazards newest', 'desc', columns),
  oldest: listOrder('hazards oldest', 'asc', columns),
};

/**
 * The shown data of a page: the page is found first, by its index; names, files and findings are
 * joined to these rows.
 */
const shown = (page: Prisma.Sql, order: Prisma.Sql) => Prisma.sql`
  SELECT h.id, h.no, h.title, h.description, h.type, h.level, h.suggested_level AS "suggestedLevel",
    h.source, h.site, h.area_id AS "areaId", h.floor_plan AS "floorPlan", h.x, h.y,
    h.found_at AS "foundAt", h.reported_at AS "reportedAt", h.late, h.reporter_id AS "reporterId",
    h.reporter_name AS "reporterName", h.department_id AS "departmentId",
    ${caseOf}, h.assigned_at AS "assignedAt", h.outcome, h.cost, h.details,
    t.name AS "typeName", a.name AS "areaName", d.name AS "departmentName",
    coalesce(f.list, '[]') AS files, coalesce(l.list, '[]') AS links,
    coalesce(g.list, '[]') AS findings, coalesce(u.list, '[]') AS "assigneeNames",
    coalesce(p.list, '{}') AS parties
  FROM (${page}) h
  LEFT JOIN hazard_type t ON t.tenant_id = h.tenant_id AND t.id = h.type
  LEFT JOIN area a ON a.tenant_id = h.tenant_id AND a.id = h.area_id
  LEFT JOIN department d ON d.tenant_id = h.tenant_id AND d.id = h.department_id
  LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('fileId', x.file_id, 'role', x.role,
      'kind', x.kind, 'name', x.name, 'width', x.width, 'height', x.height, 'takenAt', x.taken_at)
      ORDER BY x.version, x.file_id) AS list
    FROM hazard_file x WHERE x.tenant_id = h.tenant_id AND x.hazard_id = h.id) f ON TRUE
  LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('entity', x.entity, 'id', x.entity_id)
      ORDER BY x.entity, x.entity_id) AS list
    FROM hazard_link x WHERE x.tenant_id = h.tenant_id AND x.hazard_id = h.id) l ON TRUE
  LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('id', x.id, 'stage', x.stage,
      'kind', x.kind, 'severity', x.severity, 'text', x.text, 'fileId', x.file_id,
      'otherHazardId', x.other_hazard_id, 'at', x.at) ORDER BY x.id) AS list
    FROM hazard_finding x WHERE x.tenant_id = h.tenant_id AND x.hazard_id = h.id) g ON TRUE
  LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('id', x.id, 'displayName', x.display_name)
      ORDER BY x.id) AS list
    FROM app_user x WHERE x.tenant_id = h.tenant_id AND x.id = ANY(h.assignees)) u ON TRUE
  LEFT JOIN LATERAL (SELECT array_agg(x.user_id::text) AS list
    FROM hazard_party x WHERE x.tenant_id = h.tenant_id AND x.hazard_id = h.id) p ON TRUE
  ${order}`;

/** @returns null where there is none; visibility is checked afterwards. */
export async function findHazard(tx: Transaction, id: string): Promise<HazardRow | null> {
  const page = Prisma.sql`SELECT * FROM hazard WHERE id = ${id}`;
  const [row] = await sqlIn(tx)<HazardRow>(shown(page, Prisma.empty));
  return row ?? null;
}

/** A state, or `open` and `closed`. */
function stateFilter(states: readonly string[] | undefined): Prisma.Sql[] {
  if (!states?.length) return [];
  const either: Prisma.Sql[] = [Prisma.sql`h.state = ANY(${[...states]})`];
  if (states.includes('open')) either.push(Prisma.sql`h.closed_at IS NULL`);
  return [Prisma.sql`(${Prisma.join(either, ' OR ')})`];
}

export function filtersOf(account: Account, query: ListQuery): Prisma.Sql[] {
  const mine = {
    reported: Prisma.sql`h.reporter_id = ${account.id}`,
    assigned: Prisma.sql`(h.closed_at IS NULL AND ${account.id} = ANY(h.assignees))`,
  };
  const [entity, entityId] = query.linked?.split(/:(.*)/s) ?? [];
  return [
    visibleRows(account),
    ...stateFilter(query.state),
    ...anyOf(Prisma.sql`h.type`, query.type),
    ...anyOf(Prisma.sql`h.level`, query.level),
    ...anyOf(Prisma.sql`h.department_id`, query.department),
    ...anyOf(Prisma.sql`h.site`, query.site),
    ...anyOf(Prisma.sql`h.area_id`, query.area),
    ...(query.overdue ? [query.overdue === 'true' ? overdue : Prisma.sql`NOT ${overdue}`] : []),
    ...(query.mine
      ? [
          // Own hazards are few; the parties' index finds them.
          Prisma.sql`h.id IN (SELECT hazard_id FROM hazard_party WHERE user_id = ${account.id})`,
          mine[query.mine],
        ]
      : []),
    ...containsSql(query.q, [Prisma.sql`h.no || ' ' || h.title || ' ' || h.description`]),
    ...(entity
      ? [
          Prisma.sql`h.id IN (SELECT hazard_id FROM hazard_link WHERE entity = ${entity} AND entity_id = ${entityId})`,
        ]
      : []),
    ...within(inTable.reportedAt, query.from, query.to),
  ];
}

/** One more row than the page: it shows that there is a next page. */
export function findPage(
  tx: Transaction,
  account: Account,
  query: ListQuery,
  after: Position<typeof columns> | null,
): Promise<HazardRow[]> {
  const order = hazardOrders[query.order];
  const filters = filtersOf(account, query);
  // Without a cursor there is no condition: the statement keeps its plan.
  if (after) filters.push(order.beyondSql(after, inTable));
  const by = Prisma.sql`ORDER BY ${order.bySql(inTable)}`;
  const page = Prisma.sql`SELECT * FROM hazard h WHERE ${allOf(filters)} ${by} LIMIT ${query.limit + 1}`;
  return sqlIn(tx)<HazardRow>(shown(page, by));
}

export interface OpenCounts {
  open: number;
  overdue: number;
  /**
   * Own hazards among the counted ones: an index by assignee would cost each report more than this
   * number is worth with a thousand open.
   */
  mine: number;
  /** The counts are incomplete: lower bounds. */
  atLeast: boolean;
}

/** The counts appear on every first page: their cost must not grow with the backlog. */
export const COUNTED_AT_MOST = 1_000;

/**
 * Counts of the open hazards visible to the account, those due first.
 *
 * @param most maximum to count.
 */
export async function countOpen(
  tx: Transaction,
  account: Account,
  most = COUNTED_AT_MOST,
): Promise<OpenCounts> {
  const [counts] = await sqlIn(tx)<OpenCounts>(Prisma.sql`
    SELECT least(count(*), ${most})::int AS open, count(*) > ${most} AS "atLeast",
      least(count(*) FILTER (WHERE h.due_at < now()), ${most})::int AS overdue,
      least(count(*) FILTER (WHERE ${account.id} = ANY(h.assignees)), ${most})::int AS mine
    FROM (SELECT h.due_at, h.assignees FROM hazard h
      WHERE h.closed_at IS NULL AND ${visibleRows(account)}
      ORDER BY h.due_at LIMIT ${most + 1}) h`);
  return counts ?? { open: 0, overdue: 0, mine: 0, atLeast: false };
}
