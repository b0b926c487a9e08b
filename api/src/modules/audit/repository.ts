import { Prisma } from '../../generated/prisma/client.ts';
import type { Reach } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { listOrder, type Position } from '../../platform/kit/list-order.ts';
import { within } from '../../platform/kit/sql.ts';
import type { LineQuery } from './schema.ts';

/** A line of the log with its position in the chain. */
export interface LineRow {
  seq: bigint;
  at: Date;
  userId: string | null;
  userName: string | null;
  action: string;
  entity: string;
  entityId: string | null;
  personId: string | null;
  before: unknown;
  after: unknown;
  reason: string | null;
  address: string | null;
  requestId: string | null;
  position: bigint | null;
}

export const lineColumns = { seq: 'number' } as const;
/** The order of the log, newest first. */
export const newestLines = listOrder('audit lines', 'desc', lineColumns);

/** What is done to evidence without changing it. */
const LOOKS = ['view', 'reveal', 'end-reveal', 'export', 'replay'];

export type Filters = Omit<LineQuery, 'limit' | 'cursor'>;

/** Matching lines, newest first. */
export function findLines(
  tx: Transaction,
  options: {
    filters: Filters;
    reach: Reach;
    after: Position<typeof lineColumns> | null;
    limit: number;
  },
): Promise<LineRow[]> {
  const { filters, reach, after, limit } = options;
  const { user, person, entity, entityId, action, from, to } = filters;
  const where = [
    withinReach(reach),
    newestLines.beyondSql(after, { seq: Prisma.sql`l.seq` }),
    ...(user === undefined
      ? []
      : [user === 'system' ? Prisma.sql`l.user_id IS NULL` : Prisma.sql`l.user_id = ${user}`]),
    ...(person === undefined ? [] : [Prisma.sql`l.person_id = ${person}`]),
    ...(entity === undefined ? [] : [Prisma.sql`l.entity = ${entity}`]),
    ...(entityId === undefined ? [] : [Prisma.sql`l.entity_id = ${entityId}`]),
    ...(action === undefined ? [] : [Prisma.sql`l.action = ${action}`]),
    ...within(Prisma.sql`l.at`, from, to),
  ];
  return select(tx, Prisma.join(where, ' AND '), limit);
}

/** The lines of these numbers, newest first. */
export function findBySeq(tx: Transaction, seqs: bigint[], reach: Reach): Promise<LineRow[]> {
  const wanted = seqs.map(String);
  return select(
    tx,
    Prisma.sql`${withinReach(reach)} AND l.seq = ANY(${wanted}::text[]::bigint[])`,
    seqs.length,
  );
}

/**
 * The lines of looks at some records and of what was taken out of the system of them, the newest first.
 *
 * @param options.records ids by entity.
 */
export function findLooks(
  tx: Transaction,
  options: {
    records: readonly { entity: string; ids: readonly string[] }[];
    reach: Reach;
    limit: number;
  },
): Promise<LineRow[]> {
  const { records, reach, limit } = options;
  const of = records.map(
    ({ entity, ids }) =>
      Prisma.sql`(l.entity = ${entity} AND l.entity_id = ANY (${[...ids]}::text[]))`,
  );
  return select(
    tx,
    Prisma.sql`${withinReach(reach)} AND (${Prisma.join(of, ' OR ')}) AND l.action = ANY (${LOOKS})`,
    limit,
  );
}

const select = (tx: Transaction, where: Prisma.Sql, limit: number) =>
  tx.$queryRaw<LineRow[]>`
    SELECT l.seq, l.at, l.user_id AS "userId", l.user_name AS "userName", l.action, l.entity,
           l.entity_id AS "entityId", l.person_id AS "personId", l.before, l.after, l.reason,
           l.address, l.request_id AS "requestId", s.position
    FROM audit_log l LEFT JOIN audit_seal s ON s.tenant_id = l.tenant_id AND s.seq = l.seq
    WHERE ${where} ORDER BY l.seq DESC LIMIT ${limit}`;

/** A line belongs to its user and to the person concerned, and so to their department. */
function withinReach(reach: Reach): Prisma.Sql {
  switch (reach.scope) {
    case 'all':
      return Prisma.sql`true`;
    case 'own':
      return Prisma.sql`(l.user_id = ${reach.user} OR l.person_id = ${reach.person}::text)`;
    case 'department':
      return people(Prisma.sql`p.department_id = ANY(${[...reach.departments]}::text[])`);
    case 'site':
      return people(
        Prisma.sql`p.department_id IN (SELECT d.id FROM department d WHERE d.site = ${reach.site})`,
      );
  }
}

const people = (which: Prisma.Sql) => Prisma.sql`(
  l.person_id IN (SELECT p.id FROM person p WHERE ${which}) OR l.user_id IN (
    SELECT u.id FROM app_user u JOIN person p ON p.id = u.person_id WHERE ${which}))`;
