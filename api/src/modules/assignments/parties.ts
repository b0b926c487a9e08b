import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import { allOf, containsSql } from '../../platform/kit/sql.ts';
import type { Bilingual } from '../../platform/manifest.ts';

/** A person whom the account may assign. */
export interface PlannedPerson {
  id: string;
  name: string;
  employeeNo: string;
  departmentId: string;
  departmentName: Bilingual;
  post: string | null;
  postId: string | null;
}

/**
 * Those who work here and lie within what the account plans: others are not proposed, and not assigned.
 *
 * @param options.near the department whose people come first.
 * @param options.most so many of them; left out: all.
 */
export const peopleToPlan = (
  tx: Transaction,
  account: Account,
  {
    ids,
    q,
    department,
    near = null,
    most,
  }: {
    ids?: readonly string[];
    q?: string | undefined;
    department?: string | undefined;
    near?: string | null;
    most?: number;
  },
): Promise<PlannedPerson[]> =>
  sqlIn(tx)<PlannedPerson>(Prisma.sql`
    SELECT p.id, p.name, p.employee_no AS "employeeNo", p.department_id AS "departmentId", d.name AS "departmentName",
      p.post, p.post_id AS "postId"
    FROM person p JOIN department d ON d.tenant_id = p.tenant_id AND d.id = p.department_id
    WHERE ${allOf([
      reachSql(account, 'assignment:manage', {
        site: Prisma.sql`d.site`,
        department: Prisma.sql`p.department_id`,
      }),
      Prisma.sql`p.status = 'active'`,
      ...(ids ? [Prisma.sql`p.id = ANY(${[...ids]})`] : []),
      ...(department === undefined ? [] : [Prisma.sql`p.department_id = ${department}`]),
      ...containsSql(q, [Prisma.sql`p.name`, Prisma.sql`p.employee_no`]),
    ])} ORDER BY (p.department_id = ${near}::text) IS TRUE DESC, p.name, p.id LIMIT ${most ?? null}::bigint`);

/** @throws Problem `person.unknown` for a person who left, or who lies beyond the reach. */
export async function personToPlan(
  tx: Transaction,
  account: Account,
  id: string,
): Promise<PlannedPerson> {
  const [person] = await peopleToPlan(tx, account, { ids: [id] });
  if (!person) throw new Problem('person.unknown');
  return person;
}

export interface Booking {
  id: string;
  jobId: string;
  personId: string;
  title: string;
  from: Date;
  until: Date;
}

/** What people are assigned to at a time, but for one job. */
export const bookingsOf = (
  tx: Transaction,
  people: readonly string[],
  { from, until }: { from: Date; until: Date },
  except: string,
): Promise<Booking[]> =>
  sqlIn(tx)<Booking>(Prisma.sql`
    SELECT w.id, w.job_id AS "jobId", w.person_id AS "personId", j.title, w.from_at AS "from", w.until_at AS "until"
    FROM work_assignment w JOIN work_job j ON j.tenant_id = w.tenant_id AND j.id = w.job_id
    WHERE w.person_id = ANY(${[...people]}) AND w.ended_at IS NULL AND w.from_at < ${until} AND w.until_at > ${from}
      AND w.job_id <> ${except} ORDER BY w.from_at, w.id`);

/**
 * Puts planners of the same people in order until the end of the transaction: the second one sees what the first one wrote. The
 * trigger on the table takes the same locks.
 */
export async function lockPeople(tx: Transaction, tenant: string, people: readonly string[]) {
  for (const person of [...new Set(people)].sort()) {
    await sqlIn(tx)(
      Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended(${`${tenant} ${person}`}, 5270307))::text`,
    );
  }
}
