import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { isOneOfSql, type Query, queryOf } from '../../platform/db/readings.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { type TrainingView, trainingSchema } from './schema.ts';
import { stateOf, type TrainingFact } from './state.ts';

export const TRAINING_RECORD = 'training-record' as const;

const withPlace = {
  person: { select: { status: true, departmentId: true, department: { select: { site: true } } } },
} satisfies Prisma.TrainingRecordInclude;
export type TrainingRow = Prisma.TrainingRecordGetPayload<{ include: typeof withPlace }>;

/** The records of people, the newest first. */
export const trainingRows = (
  tx: Transaction,
  where: Prisma.TrainingRecordWhereInput,
): Promise<TrainingRow[]> =>
  tx.trainingRecord.findMany({
    where,
    include: withPlace,
    orderBy: [{ heldOn: 'desc' }, { id: 'desc' }],
  });

export const factOf = ({
  id,
  course,
  result,
  heldOn,
  until,
  withdrawnAt,
}: TrainingRow): TrainingFact => ({
  id,
  course,
  result,
  heldOn: dayText(heldOn),
  until: dayText(until),
  isWithdrawn: withdrawnAt !== null,
});

/** The names of courses, and which are offered. */
export async function readCourses(tx: Transaction) {
  const known = new Map((await wordsIn(tx, 'training-course')).map((one) => [one.id, one]));
  return {
    name: (id: string): Bilingual => known.get(id)?.name ?? { zh: id, en: id },
    isOffered: (id: string): boolean => known.get(id)?.active ?? false,
  };
}

/** The training of one person, the newest first. */
export async function trainingsOf(
  tx: Transaction,
  account: Account,
  person: string,
  today: string,
): Promise<TrainingView[]> {
  const rows = await trainingRows(tx, { personId: person });
  const courses = await readCourses(tx);
  const facts = rows.map(factOf);
  const manages = ({ person: of }: TrainingRow) =>
    account.person !== person &&
    account.permissions.has('qualification:manage') &&
    isWithin(account, reachOf(account, 'qualification:manage'), {
      person,
      department: of.departmentId,
      site: of.department.site,
    });
  return rows.map((row) =>
    answerFrom(trainingSchema, row, {
      heldOn: dayText(row.heldOn),
      until: dayText(row.until),
      courseName: courses.name(row.course),
      state: stateOf(factOf(row), facts, today),
      mayChange: row.withdrawnAt === null && manages(row),
    }),
  );
}

/** SQL: a record was entered and not withdrawn by an instant. */
const countedAt =
  (at: Date) =>
  (alias: Prisma.Sql): Prisma.Sql =>
    Prisma.sql`${alias}.created_at <= ${at} AND (${alias}.withdrawn_at IS NULL OR ${alias}.withdrawn_at > ${at})`;

/** A passed course that counted at an instant. */
export interface PassedCourse {
  person: string;
  course: string;
  /** YYYY-MM-DD */
  on: string;
  until: string | null;
}

/**
 * The courses that count for the matcher at an instant: passed and not failed since, by records that were entered and not
 * withdrawn by then. The order of records is that of `state.ts`.
 */
export const coursesPassedBy = (
  people: readonly string[],
  courses: readonly string[],
  at: Date,
): Query<PassedCourse> => {
  const counted = countedAt(at);
  return queryOf(Prisma.sql`
    SELECT t.person_id AS person, t.course, t.held_on::text AS on, t.until::text AS until
    FROM training_record t
    WHERE ${isOneOfSql(Prisma.sql`t.person_id`, people)} AND t.course = ANY (${[...courses]}::text[])
      AND t.result = 'passed' AND ${counted(Prisma.sql`t`)}
      AND NOT EXISTS (SELECT 1 FROM training_record f
        WHERE f.tenant_id = t.tenant_id AND f.person_id = t.person_id AND f.course = t.course
          AND f.result = 'failed' AND (f.held_on, f.id) > (t.held_on, t.id)
          AND ${counted(Prisma.sql`f`)})
    ORDER BY t.id`);
};

/** A retraining after a violation that was not passed at an instant. */
export interface OpenRetraining {
  id: string;
  person: string;
  course: string;
  /** The last day to pass it, YYYY-MM-DD. */
  until: string;
}

/** Retraining that was demanded and not passed at an instant, by the same records as {@link coursesPassedBy}. */
export const retrainingsOpen = (people: readonly string[], at: Date): Query<OpenRetraining> => {
  const counted = countedAt(at);
  return queryOf(Prisma.sql`
    SELECT t.id, t.person_id AS person, t.course, t.until::text AS until
    FROM training_record t
    WHERE ${isOneOfSql(Prisma.sql`t.person_id`, people)} AND t.result = 'due' AND t.until IS NOT NULL
      AND ${counted(Prisma.sql`t`)}
      AND NOT EXISTS (SELECT 1 FROM training_record p
        WHERE p.tenant_id = t.tenant_id AND p.person_id = t.person_id AND p.course = t.course
          AND p.result = 'passed' AND (p.held_on, p.id) > (t.held_on, t.id)
          AND ${counted(Prisma.sql`p`)})
    ORDER BY t.id`);
};
