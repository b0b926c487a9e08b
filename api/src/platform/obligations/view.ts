import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../access/account.ts';
import { isWithin, reachOf } from '../access/scope.ts';
import { reachSql } from '../kit/reach.ts';
import type { Bilingual } from '../manifest.ts';
import type { ObligationKind } from './kinds.ts';
import type { ObligationRow, states } from './schema.ts';
import type { ClosedReason } from './types.ts';

type State = (typeof states)[number];

/** A case with its obligation, as the statements read it. Days are text. */
export interface FullRow {
  id: string;
  obligationId: string;
  kind: string;
  source: string;
  subjectKind: string;
  subjectId: string;
  personId: string | null;
  personName: string | null;
  personNo: string | null;
  responsiblePerson: string | null;
  responsibleRole: string | null;
  name: Bilingual | null;
  detail: Bilingual | null;
  departmentId: string | null;
  departmentName: Bilingual | null;
  site: string | null;
  zone: string | null;
  dueBy: string;
  intervalText: string | null;
  rule: string | null;
  grace: number | null;
  reading: number | null;
  meterDue: number | null;
  closedReason: ClosedReason | null;
  period: number;
  baseOn: string | null;
  dueOn: string | null;
  sortOn: string;
  plannedOn: string | null;
  opensOn: string | null;
  opensAt: Date | null;
  dueAt: Date | null;
  overdueAt: Date | null;
  escalatesAt: Date | null;
  openedAt: Date | null;
  movedFrom: string | null;
  movedAt: Date | null;
  postponedAt: Date | null;
  postponedBy: string | null;
  postponeReason: string | null;
  endedAt: Date | null;
  outcome: 'done' | 'closed' | null;
  doneOn: string | null;
  evidence: string | null;
  note: string | null;
  endedBy: string | null;
  version: number;
}

const day = (column: string) => Prisma.raw(`to_char(${column}, 'YYYY-MM-DD')`);

/** The columns of {@link FullRow}, of {@link fromSql}. */
export const columnsSql = Prisma.sql`c.id, c.obligation_id AS "obligationId", o.kind, o.source,
  o.subject_kind AS "subjectKind", o.subject_id AS "subjectId", o.person_id AS "personId",
  p.name AS "personName", p.employee_no AS "personNo",
  o.responsible_person AS "responsiblePerson", o.responsible_role AS "responsibleRole", o.grace, o.name, o.detail, o.department_id AS "departmentId",
  d.name AS "departmentName", o.site, o.zone, o.due_by AS "dueBy",
  o.interval_text AS "intervalText", o.rule, o.reading, c.meter_due AS "meterDue",
  o.closed_reason AS "closedReason", c.period, ${day('c.base_on')} AS "baseOn",
  ${day('c.due_on')} AS "dueOn", ${day('c.sort_on')} AS "sortOn", ${day('c.planned_on')} AS "plannedOn",
  ${day('c.opens_on')} AS "opensOn", c.opens_at AS "opensAt", c.due_at AS "dueAt",
  c.overdue_at AS "overdueAt", c.escalates_at AS "escalatesAt", c.opened_at AS "openedAt",
  ${day('c.moved_from')} AS "movedFrom", c.moved_at AS "movedAt",
  c.postponed_at AS "postponedAt", c.postponed_by AS "postponedBy",
  c.postpone_reason AS "postponeReason", c.ended_at AS "endedAt", c.outcome,
  ${day('c.done_on')} AS "doneOn", c.evidence, c.note, c.ended_by AS "endedBy", c.version`;

/** Cases with their obligations, for what needs no names: a count of many. */
export const bareSql = Prisma.sql`obligation_case c
  JOIN obligation o ON o.tenant_id = c.tenant_id AND o.id = c.obligation_id`;

export const fromSql = Prisma.sql`${bareSql}
  LEFT JOIN person p ON p.tenant_id = o.tenant_id AND p.id = o.person_id
  LEFT JOIN department d ON d.tenant_id = o.tenant_id AND d.id = o.department_id`;

/**
 * The cases that an account may see: of each kind those within the reach of the kind's permission and
 * of `obligation:read`; and their own of every kind, also those that they or a role of theirs have to see
 * to. What belongs to no place, such as the papers of a supplier, is divided by the permission of its kind
 * alone.
 */
export function visibleSql(account: Account, kinds: readonly ObligationKind[]): Prisma.Sql {
  const columns = {
    site: Prisma.sql`o.site`,
    department: Prisma.sql`o.department_id`,
    own: ({ person }: { person: string | null }) =>
      Prisma.sql`(o.person_id = ${person} OR o.responsible_person = ${person})`,
  };
  const nowhere = Prisma.sql`(o.department_id IS NULL AND o.site IS NULL AND o.person_id IS NULL)`;
  const readable = kinds.filter(({ read }) => account.permissions.has(read));
  const each = readable.map(
    ({ id, read }) => Prisma.sql`(o.kind = ${id} AND ${reachSql(account, read, columns)})`,
  );
  const others =
    each.length === 0
      ? Prisma.sql`FALSE`
      : Prisma.sql`((${Prisma.join(each, ' OR ')}) AND (${nowhere} OR ${reachSql(account, 'obligation:read', columns)}))`;
  const all = Prisma.sql`o.kind = ANY(${kinds.map(({ id }) => id)}::text[])`;
  const byRole = Prisma.sql`o.responsible_role = ANY(${account.roles}::text[])`;
  if (account.person === null) return Prisma.sql`(${all} AND (${others} OR ${byRole}))`;
  return Prisma.sql`(${all} AND (${others} OR ${byRole}
    OR o.person_id = ${account.person} OR o.responsible_person = ${account.person}))`;
}

/** The state of a case at an instant, in SQL. */
export const stateSql = (now: Date): Prisma.Sql => Prisma.sql`CASE
  WHEN c.outcome IS NOT NULL THEN c.outcome WHEN c.overdue_at <= ${now} THEN 'overdue'
  WHEN c.due_at <= ${now} THEN 'due' WHEN c.opens_at <= ${now} THEN 'upcoming' ELSE 'planned' END`;

/** The same of a row. */
export function stateOf(
  row: Pick<FullRow, 'outcome' | 'overdueAt' | 'dueAt' | 'opensAt'>,
  now: Date,
): State {
  const begun = (at: Date | null) => at !== null && at <= now;
  if (row.outcome !== null) return row.outcome;
  if (begun(row.overdueAt)) return 'overdue';
  if (begun(row.dueAt)) return 'due';
  return begun(row.opensAt) ? 'upcoming' : 'planned';
}

const NONE: Bilingual = { zh: '—', en: '—' };

/** Whether the account may do something with a case by a permission, where it lies. */
const mayBy = (account: Account, permission: ObligationKind['read'], row: FullRow): boolean =>
  account.permissions.has(permission) &&
  isWithin(account, reachOf(account, permission), {
    department: row.departmentId,
    site: row.site,
    person: row.personId,
  });

/** Whether they, or a role of theirs, have to see to it. */
export const isResponsible = (
  account: Pick<Account, 'person' | 'roles'>,
  row: Pick<FullRow, 'responsiblePerson' | 'responsibleRole'>,
): boolean =>
  (row.responsiblePerson !== null && row.responsiblePerson === account.person) ||
  (row.responsibleRole !== null && account.roles.includes(row.responsibleRole));

export const mayComplete = (account: Account, kind: ObligationKind, row: FullRow): boolean =>
  row.endedAt === null &&
  kind.complete !== undefined &&
  (mayBy(account, kind.complete, row) ||
    (account.permissions.has(kind.complete) && isResponsible(account, row)));

export const mayPostpone = (account: Account, kind: ObligationKind, row: FullRow): boolean =>
  row.endedAt === null &&
  row.plannedOn !== null &&
  kind.postponeDays !== undefined &&
  // Nobody postpones what they owe themselves.
  (row.personId === null || row.personId !== account.person) &&
  !isResponsible(account, row) &&
  mayBy(account, 'obligation:postpone', row);

/** The page that the account may open: one's own, or that of the subject; null for none. */
function linkOf(account: Account, kind: ObligationKind, row: FullRow): string | null {
  const isOwn = row.personId !== null && row.personId === account.person;
  if (isOwn && kind.ownLink !== undefined) return kind.ownLink;
  if (kind.linkRead !== undefined && !mayBy(account, kind.linkRead, row)) return null;
  return kind.link?.replace(':id', encodeURIComponent(row.subjectId)) ?? null;
}

/** A case as the list answers it. */
export function showRow(
  account: Account,
  kind: ObligationKind,
  row: FullRow,
  now: Date,
): ObligationRow {
  const name =
    row.personName === null ? (row.name ?? NONE) : { zh: row.personName, en: row.personName };
  const { subjectId } = row;
  return {
    id: row.id,
    kind: row.kind,
    kindName: { zh: kind.zh, en: kind.en },
    subject: {
      kind: row.subjectKind,
      id: subjectId,
      name,
      link: linkOf(account, kind, row),
    },
    detail: row.detail,
    department:
      row.departmentId === null ? null : { id: row.departmentId, name: row.departmentName ?? NONE },
    site: row.site,
    dueOn: row.dueOn,
    plannedOn: row.plannedOn,
    state: stateOf(row, now),
    escalated: row.outcome === null && row.escalatesAt !== null && row.escalatesAt <= now,
    movedFrom: row.movedFrom,
    postponed: row.postponedAt !== null,
    interval: row.intervalText,
    rule: row.rule,
    doneOn: row.doneOn,
    mayComplete: mayComplete(account, kind, row),
    mayPostpone: mayPostpone(account, kind, row),
    version: row.version,
  };
}
