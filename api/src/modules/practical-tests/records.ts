import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { isOneOfSql, type Query, queryOf } from '../../platform/db/readings.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { readCategories } from '../qualifications/words.ts';
import { type TestList, testSchema } from './schema.ts';

export const PRACTICAL_TEST = 'practical-test' as const;

/** The practical tests of a person, the newest first. */
export async function testsOf(
  tx: Transaction,
  account: Account,
  person: string,
): Promise<TestList> {
  const rows = await tx.practicalTest.findMany({
    where: { personId: person },
    include: { person: { select: { departmentId: true, department: { select: { site: true } } } } },
    orderBy: [{ passedOn: 'desc' }, { id: 'desc' }],
    take: 500,
  });
  const categories = await readCategories(tx);
  const manages = ({ person: of }: (typeof rows)[number]) =>
    account.person !== person &&
    account.permissions.has('qualification:manage') &&
    isWithin(account, reachOf(account, 'qualification:manage'), {
      person,
      department: of.departmentId,
      site: of.department.site,
    });
  return {
    items: rows.map((row) =>
      answerFrom(testSchema, row, {
        passedOn: dayText(row.passedOn),
        categoryName: categories.name('special-work', row.category),
        mayRevoke: row.revokedAt === null && manages(row),
      }),
    ),
  };
}

/** A practical test that counted at an instant. */
export interface PassedTest {
  person: string;
  category: string;
  /** YYYY-MM-DD */
  on: string;
}

/** What was entered by an instant and not revoked by then: the matcher asks. */
export const testsPassedBy = (people: readonly string[], at: Date): Query<PassedTest> =>
  queryOf(Prisma.sql`
    SELECT t.person_id AS person, t.category, t.passed_on::text AS on FROM practical_test t
    WHERE ${isOneOfSql(Prisma.sql`t.person_id`, people)} AND t.created_at <= ${at}
      AND (t.revoked_at IS NULL OR t.revoked_at > ${at})
    ORDER BY t.id`);
