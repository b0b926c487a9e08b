import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { deskReach, seesWatchList, visitReach } from './reach.ts';
import type { VisitState, VisitView } from './schema.ts';

/** A visit with what is shown of it. */
export interface VisitRow {
  id: string;
  personId: string;
  personName: string;
  personNo: string;
  personKind: string;
  company: string | null;
  purpose: string;
  hostId: string;
  hostName: string;
  hostNo: string;
  departmentId: string;
  departmentName: Bilingual;
  fromAt: Date;
  toAt: Date;
  areas: { area: string; escorted: boolean; name: Bilingual | null }[];
  state: VisitState;
  watch: NonNullable<VisitView['watch']>;
  announcedAt: Date;
  arrivedAt: Date | null;
  leftAt: Date | null;
  note: string | null;
  badgeId: string | null;
  badge: string | null;
  badgeUntil: Date | null;
  induction: { version: number; at: string; validUntil: string; signedName: string } | null;
  mayReceive: boolean;
  isOwn: boolean;
  version: number;
}

/** Joins the person `p`, the host `h` of department `hd` and the lent badge `b` of visits `v`. */
export const visitJoins = Prisma.sql`visit v JOIN person p ON p.id = v.person_id
  JOIN person h ON h.id = v.host_id JOIN department hd ON hd.id = h.department_id
  LEFT JOIN badge b ON b.id = v.badge_id`;

/** The visits that a condition lets through. @param today the day at the plant, for inductions that count. */
export function visitsWhere(
  tx: Transaction,
  account: Account,
  {
    where,
    order,
    limit,
    today,
  }: { where: Prisma.Sql; order: Prisma.Sql; limit: number; today: string },
): Promise<VisitRow[]> {
  return sqlIn(tx)<VisitRow>(Prisma.sql`
    SELECT v.id, v.person_id AS "personId", p.name AS "personName", p.employee_no AS "personNo",
      p.kind AS "personKind", v.company, v.purpose, v.host_id AS "hostId", h.name AS "hostName",
      h.employee_no AS "hostNo", hd.id AS "departmentId", hd.name AS "departmentName",
      v.from_at AS "fromAt", v.to_at AS "toAt",
      coalesce((SELECT jsonb_agg(x.one || jsonb_build_object('name', a.name) ORDER BY x.n)
        FROM jsonb_array_elements(v.areas) WITH ORDINALITY AS x (one, n)
        LEFT JOIN area a ON a.id = x.one ->> 'area'), '[]') AS areas,
      v.state, v.watch, v.announced_at AS "announcedAt", v.arrived_at AS "arrivedAt", v.left_at AS "leftAt",
      v.note, v.badge_id AS "badgeId", b.badge, b.until AS "badgeUntil",
      (SELECT jsonb_build_object('version', i.version, 'at', i.at, 'validUntil', i.valid_until,
          'signedName', i.signed_name) FROM induction_done i
        WHERE i.person_id = v.person_id AND i.valid_until >= ${today}::date
          AND i.version = (SELECT max(t.version) FROM induction_text t)
        ORDER BY i.at DESC LIMIT 1) AS induction,
      coalesce(${deskReach(account)}, FALSE) AS "mayReceive",
      coalesce(v.host_id = ${account.person} OR v.announced_by = ${account.id}, FALSE) AS "isOwn", v.version
    FROM ${visitJoins} WHERE ${where} ORDER BY ${order} LIMIT ${limit}`);
}

/** A visit within reach. @throws Problem `visit.unknown`. */
export async function visitWithin(
  tx: Transaction,
  account: Account,
  id: string,
  today: string,
): Promise<VisitRow> {
  const where = Prisma.sql`v.id = ${id} AND ${visitReach(account)}`;
  const [row] = await visitsWhere(tx, account, {
    where,
    order: Prisma.sql`v.id`,
    limit: 1,
    today,
  });
  if (!row) throw new Problem('visit.unknown');
  return row;
}

/** The same for those who receive the visitor: others do not learn that there is one. */
export async function visitAtDesk(
  tx: Transaction,
  account: Account,
  id: string,
  today: string,
): Promise<VisitRow> {
  const row = await visitWithin(tx, account, id, today);
  if (!row.mayReceive) throw new Problem('visit.unknown');
  return row;
}

/** A row as it is answered. */
export function showVisit(row: VisitRow, account: Account, now = new Date()): VisitView {
  const isOpen = row.state === 'announced' || row.state === 'arrived';
  return {
    id: row.id,
    person: {
      id: row.personId,
      name: row.personName,
      employeeNo: row.personNo,
      kind: row.personKind,
    },
    company: row.company,
    purpose: row.purpose,
    host: { id: row.hostId, name: row.hostName, employeeNo: row.hostNo },
    department: { id: row.departmentId, name: row.departmentName },
    from: row.fromAt.toISOString(),
    to: row.toAt.toISOString(),
    areas: row.areas.map(({ area, escorted, name }) => ({
      id: area,
      name: name ?? { zh: area, en: area },
      escorted,
    })),
    state: row.state,
    overdue: row.state === 'arrived' && row.toAt < now,
    watch: row.mayReceive || seesWatchList(account) ? row.watch : null,
    announcedAt: row.announcedAt.toISOString(),
    arrivedAt: row.arrivedAt?.toISOString() ?? null,
    leftAt: row.leftAt?.toISOString() ?? null,
    note: row.note,
    badge: row.badge === null ? null : { badge: row.badge, returned: row.badgeUntil !== null },
    induction: row.induction && {
      ...row.induction,
      at: new Date(row.induction.at).toISOString(),
    },
    mayReceive: row.mayReceive,
    mayChange: isOpen && (row.mayReceive || row.isOwn),
    version: row.version,
  };
}
