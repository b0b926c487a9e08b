import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { clockedIn, clockedOut } from '../attendance/clocked-in.ts';
import { LONGEST_MS } from '../attendance/derive.ts';
import { letIn } from '../gates/let-in.ts';
import type { otherOnSite } from './schema.ts';

export type OtherOnSite = z.infer<typeof otherOnSite>;

/** Which of the modules that know of presence are on. */
export interface Sources {
  attendance: boolean;
  gates: boolean;
}

interface Seen {
  since: Date;
  source: OtherOnSite['source'];
  place: Bilingual | null;
}

/**
 * Contractors who are on the site without a visit: by a clock-in without a clock-out, or by a door that let them in within
 * 16 hours, with no clock-out and no leaving of a visit after it.
 *
 * @param visiting people who are listed by their visit.
 */
export async function contractorsOnSite(
  tx: Transaction,
  account: Account,
  { now, visiting, sources }: { now: Date; visiting: ReadonlySet<string>; sources: Sources },
): Promise<OtherOnSite[]> {
  const seen = new Map<string, Seen>();
  const since = new Date(now.getTime() - LONGEST_MS);
  const entries = sources.gates ? await letIn(tx, 'contractor', { since, now }) : [];
  const ids = entries.map(({ person }) => person);
  const gone = await goneSince(tx, ids, now);
  const out = sources.attendance ? await clockedOut(tx, ids, now) : new Map<string, Date>();
  for (const { person, at, area } of entries) {
    const last = Math.max(gone.get(person)?.getTime() ?? 0, out.get(person)?.getTime() ?? 0);
    if (last < at.getTime()) seen.set(person, { since: at, source: 'gate', place: area });
  }
  // A clock-in says more: a person who was let in may have turned round.
  for (const one of sources.attendance ? await clockedIn(tx, 'contractor', now) : []) {
    if ((gone.get(one.person)?.getTime() ?? 0) > one.since.getTime()) continue;
    seen.set(one.person, { since: one.since, source: 'clock-in', place: null });
  }
  const people = await peopleWithin(
    tx,
    account,
    [...seen.keys()].filter((id) => !visiting.has(id)),
  );
  return people.map(({ department, departmentName, hostId, hostName, ...person }) => {
    const { since: at, source, place } = seen.get(person.id) as Seen;
    const { company, ...named } = person;
    return {
      person: named,
      company,
      host: hostId === null ? null : { id: hostId, name: hostName ?? '' },
      department: { id: department, name: departmentName },
      since: at.toISOString(),
      source,
      place,
    };
  });
}

/** When visits of people ended last. */
async function goneSince(
  tx: Transaction,
  people: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, Date>> {
  const rows = await tx.visit.groupBy({
    by: ['personId'],
    where: { personId: { in: [...people] }, leftAt: { not: null, lte: now } },
    _max: { leftAt: true },
  });
  return new Map(
    rows.flatMap(({ personId, _max }) => (_max.leftAt ? [[personId, _max.leftAt]] : [])),
  );
}

interface Named {
  id: string;
  name: string;
  employeeNo: string;
  kind: string;
  company: string | null;
  hostId: string | null;
  hostName: string | null;
  department: string;
  departmentName: Bilingual;
}

/** Those within the reach of the account: of their department, or of whom it is the host. */
const peopleWithin = (
  tx: Transaction,
  account: Account,
  ids: readonly string[],
): Promise<Named[]> =>
  sqlIn(tx)<Named>(Prisma.sql`
    SELECT p.id, p.name, p.employee_no AS "employeeNo", p.kind, p.company, h.id AS "hostId", h.name AS "hostName",
      d.id AS department, d.name AS "departmentName"
    FROM person p JOIN department d ON d.tenant_id = p.tenant_id AND d.id = p.department_id
    LEFT JOIN person h ON h.tenant_id = p.tenant_id AND h.id = p.host_id
    WHERE p.id = ANY (${[...ids]}::text[]) AND ${reachSql(account, 'visit:read', {
      site: Prisma.sql`d.site`,
      department: Prisma.sql`p.department_id`,
      own: ({ person }) => Prisma.sql`p.host_id = ${person}`,
    })}
    ORDER BY p.name, p.id`);
