import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import { remainingOf } from '../people/merged.ts';
import { decisionWithin } from './decisions.ts';
import { gateReach, placeReach, targetJoins, targetName } from './places.ts';
import type * as schema from './schema.ts';
import type { GateKind } from './words.ts';

const HOUR_MS = 3_600_000;
type Shown = z.infer<typeof schema.overrideSchema>;

interface Row {
  id: string;
  person: string;
  personName: string;
  employeeNo: string;
  kind: GateKind;
  target: string;
  targetName: Bilingual | null;
  reason: string;
  by: Bilingual | null;
  fromAt: Date;
  untilAt: Date;
  endedAt: Date | null;
}

const rowsWhere = (
  tx: Transaction,
  account: Account,
  where: Prisma.Sql,
  reach = gateReach(account, 'gate:read'),
): Promise<Row[]> =>
  sqlIn(tx)<Row>(Prisma.sql`
    SELECT d.id, d.person_id AS person, s.name AS "personName", s.employee_no AS "employeeNo", d.kind, d.target,
      ${targetName} AS "targetName", d.reason, u.display_name AS by, d.from_at AS "fromAt", d.until_at AS "untilAt",
      d.ended_at AS "endedAt"
    FROM gate_override d JOIN person s ON s.id = d.person_id LEFT JOIN department sd ON sd.id = s.department_id
    ${targetJoins} LEFT JOIN app_user u ON u.id = d.given_by
    WHERE ${reach} AND ${where} ORDER BY d.id DESC LIMIT 200`);

const show = ({ person, personName, employeeNo, ...row }: Row): Shown => ({
  ...row,
  person: { id: person, name: personName, employeeNo },
  fromAt: row.fromAt.toISOString(),
  untilAt: row.untilAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
});

export type GateOverrides = ReturnType<typeof createOverrides>;

/** Named people who let someone start or enter against a decision, with reason and end. */
export function createOverrides({ units }: Pick<Platform, 'units'>) {
  /** To give or end an override the account needs `gate:override` for the place; read access is not enough. */
  async function find(tx: Transaction, account: Account, id: string): Promise<Shown> {
    const reach = placeReach(account, 'gate:override');
    const [row] = await rowsWhere(tx, account, Prisma.sql`d.id = ${id}`, reach);
    if (!row) throw new Problem('gate.override-unknown');
    return show(row);
  }

  return {
    /** Those in force. */
    list: (user: User): Promise<z.infer<typeof schema.overrideList>> =>
      units.run(user, async ({ tx }) => {
        const where = Prisma.sql`d.ended_at IS NULL AND d.until_at > ${new Date()}`;
        return { items: (await rowsWhere(tx, user.account, where)).map(show) };
      }),

    /**
     * Overrides what a refusal says, for its person and its machine or area.
     *
     * @throws Problem `gate.final` for special work and other reasons that cannot be overridden, `gate.own` for one's own,
     *   `gate.not-to-override` where there is nothing to override, or no more.
     */
    give: (
      user: User,
      id: string,
      { reason, hours }: z.infer<typeof schema.overrideBody>,
    ): Promise<Shown> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const decision = await decisionWithin(tx, user.account, id);
        if (decision.final) throw new Problem('gate.final');
        // A decision keeps the id of a file that was joined since.
        const about = decision.person && (await remainingOf(tx, decision.person.id));
        if (about !== null && about === user.account.person) throw new Problem('gate.own');
        if (!decision.mayOverride || !decision.person) throw new Problem('gate.not-to-override');
        const now = new Date();
        const override = newId();
        const { kind, target, person } = decision;
        const untilAt = new Date(now.getTime() + hours * HOUR_MS);
        await tx.gateOverride.create({
          data: {
            tenantId: user.tenant,
            id: override,
            personId: person.id,
            kind,
            target,
            reason,
            givenBy: user.account.id,
            fromAt: now,
            untilAt,
          },
        });
        await unit.audit({
          action: 'override-gate',
          entity: 'gate-override',
          id: override,
          person: person.id,
          after: { decision: id, kind, target, untilAt },
          reason,
        });
        await unit.emit({
          entity: 'gate-override',
          what: 'given',
          subject: override,
          data: { override, decision: id, kind, target, person: person.id },
        });
        return find(tx, user.account, override);
      }),

    /** Ends it now; one that is over stays as it is. A running machine runs on, and its people are told. */
    end: (user: User, id: string): Promise<Shown> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const before = await find(tx, user.account, id);
        const now = new Date();
        const { count } = await tx.gateOverride.updateMany({
          where: { id, endedAt: null, untilAt: { gt: now } },
          data: { endedAt: now, endedBy: user.account.id },
        });
        if (count === 1) {
          const person = before.person.id;
          const data = { override: id, kind: before.kind, target: before.target, person };
          await unit.audit({
            action: 'end-override',
            entity: 'gate-override',
            id,
            person,
            after: { kind: before.kind, target: before.target },
          });
          await unit.emit({ entity: 'gate-override', what: 'ended', subject: id, data });
        }
        return find(tx, user.account, id);
      }),
  };
}
