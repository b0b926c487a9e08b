import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { idsOfPerson } from '../people/merged.ts';
import { belongingOf, personWithin } from '../people/service.ts';
import { inForce } from '../safety-file/rows.ts';
import { operatedBy } from './operated.ts';
import { endOf } from './ran.ts';
import type { OperationHistory } from './schema.ts';

/** What a person operated, a machine each, the one with the most hours first. */
export interface MachineHistory {
  machine: { id: string; name: Bilingual };
  sessions: number;
  hours: number;
  /** The last day, by the calendar of the plant. */
  on: string;
  /** Violations in force in the file of the person that happened while they operated it. */
  violations: number;
  /** Confirmed incidents at the machine meanwhile, by any person. */
  incidents: number;
}

/** The machine that a violation `v` is about; null where the rule is of no machine. */
const machineOf = Prisma.sql`coalesce(v.operator ->> 'machine', v.arming -> 'machine' ->> 'machine')`;
const during = (at: Prisma.Sql) =>
  Prisma.sql`${at} >= s.from_at AND ${at} < ${endOf(Prisma.sql`s`)}`;

/**
 * The history of operation of one person, from sessions: who signed on at a machine, while it ran. A violation of no
 * machine in particular counts where the person operated a machine of the area in which it happened.
 *
 * @param person whose files that were joined count with it.
 * @param timeZone of the plant.
 */
export async function operationHistory(
  tx: Transaction,
  person: string,
  at: Date,
  timeZone: string,
): Promise<MachineHistory[]> {
  const ids = await idsOfPerson(tx, person);
  const all = await operatedBy(tx, ids, at, timeZone);
  const machines = [...new Set(all.map(({ machine }) => machine))];
  if (machines.length === 0) return [];
  const names = await tx.equipment.findMany({
    where: { id: { in: machines } },
    select: { id: true, name: true },
  });
  const people = Prisma.sql`ANY (${[...ids]}::text[])`;
  type Counted = { machine: string; count: number };
  // What several cameras or rules found of one act is one violation.
  const violations = await sqlIn(tx)<Counted>(Prisma.sql`
    SELECT s.machine, count(DISTINCT coalesce(f.incident_id, e.violation_id))::int AS count
    FROM safety_entry e JOIN gate_session s ON s.person_id = ${people}
    LEFT JOIN violation v ON v.tenant_id = e.tenant_id AND v.id = e.violation_id
    LEFT JOIN equipment q ON q.tenant_id = s.tenant_id AND q.id = s.machine
    LEFT JOIN incident_finding f ON f.tenant_id = e.tenant_id AND f.finding_id = e.violation_id
    WHERE e.person_id = ${people} AND ${inForce} AND (v.operator ->> 'machine' = s.machine
      OR ${during(Prisma.sql`e.started_at`)} AND CASE WHEN ${machineOf} IS NULL
        THEN e.area_id = q.area_id ELSE ${machineOf} = s.machine END)
    GROUP BY s.machine`);
  const incidents = await sqlIn(tx)<Counted>(Prisma.sql`
    SELECT s.machine, count(DISTINCT i.id)::int AS count
    FROM violation v JOIN gate_session s ON s.machine = ${machineOf} AND ${during(Prisma.sql`v.started_at`)}
    JOIN incident_finding f ON f.tenant_id = v.tenant_id AND f.finding_id = v.id AND f.taken_out_at IS NULL
    JOIN incident i ON i.tenant_id = f.tenant_id AND i.id = f.incident_id AND i.status = 'confirmed'
    WHERE s.person_id = ${people} AND ${machineOf} = ANY (${machines}::text[])
    GROUP BY s.machine`);
  const countIn = (counts: readonly Counted[], id: string) =>
    counts.find(({ machine }) => machine === id)?.count ?? 0;
  return machines
    .map((id) => {
      const own = all.filter(({ machine }) => machine === id);
      const sum = (of: (one: (typeof own)[number]) => number) =>
        own.reduce((total, one) => total + of(one), 0);
      const name = names.find((one) => one.id === id)?.name as Bilingual | undefined;
      return {
        machine: { id, name: name ?? { zh: id, en: id } },
        sessions: sum(({ sessions }) => sessions),
        hours: sum(({ hours }) => hours),
        on: own
          .map(({ on }) => on)
          .sort()
          .at(-1) as string,
        violations: countIn(violations, id),
        incidents: countIn(incidents, id),
      };
    })
    .sort((a, b) => b.hours - a.hours || a.machine.id.localeCompare(b.machine.id));
}

/** Whether an account reads what happened while the person operated: the person does, others as their violations. */
export const readsWhatHappened = (
  account: Account,
  belonging: { person: string; department: string; site: string | null },
): boolean =>
  account.person === belonging.person ||
  (account.permissions.has('violation:read') &&
    isWithin(account, reachOf(account, 'violation:read'), belonging));

/** Rows as they are answered. @param isShown whether the reader sees violations and incidents. */
const answered = (
  rows: readonly MachineHistory[],
  timeZone: string,
  isShown: boolean,
): OperationHistory => ({
  timeZone,
  items: rows.map(({ hours, violations, incidents, ...row }) => ({
    ...row,
    hours: Math.round(hours * 10) / 10,
    violations: isShown ? violations : null,
    incidents: isShown ? incidents : null,
  })),
});

/** What people read of it: others with the right over the person, the person all of it. */
export function createOperationHistory({ units, timeZone }: { units: Units; timeZone: string }) {
  return {
    /** @throws Problem `person.unknown` outside of the reach of `gate:read`. */
    ofPerson: (user: User, id: string): Promise<OperationHistory> =>
      units.run(user, async ({ tx }) => {
        const row = await personWithin(tx, user.account, 'gate:read', id);
        const rows = await operationHistory(tx, row.id, new Date(), timeZone);
        return answered(rows, timeZone, readsWhatHappened(user.account, belongingOf(row)));
      }),

    /** Empty for an account that belongs to no person. */
    own: (user: User): Promise<OperationHistory> =>
      units.run(user, async ({ tx }) => {
        const { person } = user.account;
        if (person === null) return { timeZone, items: [] };
        return answered(await operationHistory(tx, person, new Date(), timeZone), timeZone, true);
      }),
  };
}
