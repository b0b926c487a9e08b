import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { allOf, anyOf, containsSql } from '../../platform/kit/sql.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import type { Decision } from '../match/reasons.ts';
import { idsOfPersonSql } from '../people/merged.ts';
import { correctedAtSql, decidedByCardOf } from './corrected.ts';
import { gateReach, placeReach, targetJoins, targetName } from './places.ts';
import type * as schema from './schema.ts';
import type { GateDecisionView } from './schema.ts';
import { supersededSql } from './superseded.ts';
import type { DecisionKind, GateReason, PublicCode } from './words.ts';
import { wordsOf } from './words.ts';

const newestFirst = listOrder('gate decisions', 'desc', { id: 'id' });
const inTable = { id: Prisma.sql`d.id` };
/** A refusal is overridden while the person still stands there. */
const OVERRIDE_WITHIN_MS = 3_600_000;

interface Row {
  id: string;
  kind: DecisionKind;
  target: string;
  targetName: Bilingual | null;
  pointId: string;
  pointName: Bilingual;
  decidedAt: Date;
  decision: Decision;
  final: boolean;
  validUntil: Date;
  card: string | null;
  plate: string | null;
  vehicle: string | null;
  codes: PublicCode[];
  reasons: GateReason[];
  person: string | null;
  personName: string | null;
  employeeNo: string | null;
  overrideId: string | null;
  overrideReason: string | null;
  overrideBy: Bilingual | null;
  overrideUntil: Date | null;
  mayOverride: boolean;
  isOwn: boolean;
  deliveredAt: Date | null;
  lateDecision: 'hold' | 'deny' | null;
  superseded: boolean;
  correctedAt: Date | null;
}

/** The rows that a condition lets through, newest first. */
function rowsWhere(
  tx: Transaction,
  account: Account,
  where: Prisma.Sql,
  limit: number,
): Promise<Row[]> {
  const mayOverride = account.permissions.has('gate:override')
    ? placeReach(account, 'gate:override')
    : Prisma.sql`FALSE`;
  return sqlIn(tx)<Row>(Prisma.sql`
    SELECT d.id, d.kind, d.target, ${targetName} AS "targetName", p.id AS "pointId", p.name AS "pointName",
      d.decided_at AS "decidedAt", d.decision, d.final, d.valid_until AS "validUntil", d.card, d.plate, d.vehicle_id AS vehicle, d.codes, d.reasons,
      d.person_id AS person, s.name AS "personName", s.employee_no AS "employeeNo",
      o.id AS "overrideId", o.reason AS "overrideReason", u.display_name AS "overrideBy", o.until_at AS "overrideUntil",
      ${mayOverride} AS "mayOverride", coalesce(d.person_id IN ${idsOfPersonSql(account.person)}, FALSE) AS "isOwn", d.delivered_at AS "deliveredAt", d.late_decision AS "lateDecision",
      ${supersededSql(Prisma.sql`d`)} AS superseded, ${correctedAtSql} AS "correctedAt"
    FROM gate_decision d JOIN gate_point p ON p.id = d.point_id
    LEFT JOIN person s ON s.id = d.person_id LEFT JOIN department sd ON sd.id = s.department_id
    ${targetJoins}
    LEFT JOIN gate_override o ON o.id = d.override_id LEFT JOIN app_user u ON u.id = o.given_by
    WHERE ${where} ORDER BY ${newestFirst.bySql(inTable)} LIMIT ${limit}`);
}

const common = (row: Row) => ({
  id: row.id,
  kind: row.kind,
  target: row.target,
  targetName: row.targetName,
  point: { id: row.pointId, name: row.pointName },
  decidedAt: row.decidedAt.toISOString(),
  decision: row.decision,
  final: row.final,
  validUntil: row.validUntil.toISOString(),
  correctedAt: row.correctedAt?.toISOString() ?? null,
});

const show = (row: Row): GateDecisionView => ({
  ...common(row),
  card: row.card,
  plate: row.plate,
  vehicle: row.vehicle,
  person:
    row.person === null || row.personName === null
      ? null
      : { id: row.person, name: row.personName, employeeNo: row.employeeNo ?? '' },
  codes: row.codes,
  override:
    row.overrideId === null
      ? null
      : {
          id: row.overrideId,
          reason: row.overrideReason ?? '',
          by: row.overrideBy,
          untilAt: (row.overrideUntil ?? row.validUntil).toISOString(),
        },
  mayOverride:
    row.mayOverride &&
    row.decision !== 'allow' &&
    !row.final &&
    row.person !== null &&
    row.correctedAt === null &&
    !row.isOwn &&
    Date.now() - row.decidedAt.getTime() < OVERRIDE_WITHIN_MS,
  superseded: row.superseded,
  edge: row.deliveredAt && {
    deliveredAt: row.deliveredAt.toISOString(),
    lateDecision: row.lateDecision,
  },
});

/** SQL: those of a person, also by a card that was entered for another one then. */
const decisionsWithin = (person: string | null) => {
  const people = idsOfPersonSql(person);
  return Prisma.sql`(d.person_id IN ${people} OR d.id IN (${decidedByCardOf(people)}))`;
};

/** A decision within the reach of `gate:read`. @throws Problem `gate.unknown`. */
export async function decisionWithin(
  tx: Transaction,
  account: Account,
  id: string,
): Promise<GateDecisionView> {
  const where = Prisma.sql`d.id = ${id} AND ${gateReach(account, 'gate:read')}`;
  const [row] = await rowsWhere(tx, account, where, 1);
  if (!row) throw new Problem('gate.unknown');
  return show(row);
}

export type GateDecisions = ReturnType<typeof createDecisions>;

/** What points were answered: for those in charge, and for the person. */
export function createDecisions({ units }: Pick<Platform, 'units'>) {
  return {
    list: (
      user: User,
      query: z.infer<typeof schema.decisionQuery>,
    ): Promise<z.infer<typeof schema.decisionPage>> =>
      units.run(user, async ({ tx }) => {
        const { account } = user;
        const where = allOf([
          gateReach(account, 'gate:read'),
          ...anyOf(Prisma.sql`d.decision`, query.decision),
          ...anyOf(Prisma.sql`d.kind`, query.kind && [query.kind]),
          ...anyOf(Prisma.sql`d.target`, query.target ? [query.target] : []),
          ...(query.person ? [decisionsWithin(query.person)] : []),
          ...containsSql(query.q, [
            Prisma.sql`s.name`,
            Prisma.sql`s.employee_no`,
            Prisma.sql`d.plate`,
          ]),
          newestFirst.beyondSql(newestFirst.after(query.cursor), inTable),
        ]);
        const found = await rowsWhere(tx, account, where, query.limit + 1);
        const { rows, next } = newestFirst.page(found, query.limit);
        return { items: rows.map(show), next };
      }),

    get: (user: User, id: string): Promise<GateDecisionView> =>
      units.run(user, ({ tx }) => decisionWithin(tx, user.account, id)),

    /** Those of the person, with all reasons and what to do, for that person alone. */
    own: (
      user: User,
      query: z.infer<typeof schema.ownQuery>,
    ): Promise<z.infer<typeof schema.ownDecisionPage>> =>
      units.run(user, async ({ tx }) => {
        const { account } = user;
        const where = allOf([
          decisionsWithin(account.person),
          newestFirst.beyondSql(newestFirst.after(query.cursor), inTable),
        ]);
        const found = await rowsWhere(tx, account, where, query.limit + 1);
        const { rows, next } = newestFirst.page(found, query.limit);
        const items = rows.map((row) => ({
          ...common(row),
          // What was held against another person is that person's own matter.
          reasons: row.isOwn
            ? row.reasons.map(({ code, about }) => ({ code, about, ...wordsOf(code) }))
            : [],
          overridden: row.overrideId !== null,
          byOwnCard: !row.isOwn,
        }));
        return { items, next };
      }),
  };
}
