import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Reach } from '../../platform/access/scope.ts';
import { linesAbout } from '../../platform/audit/lines.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { listOrder, type Position } from '../../platform/kit/list-order.ts';
import { reachWhere } from '../../platform/kit/reach.ts';
import { contains } from '../../platform/kit/sql.ts';
import { factsAbout } from '../facts.ts';
import type { PersonQuery } from './schema.ts';

const shown = {
  department: { select: { id: true, name: true, site: true } },
  host: { select: { id: true, name: true } },
  supplier: { select: { id: true, name: true } },
} satisfies Prisma.PersonInclude;
export type PersonRow = Prisma.PersonGetPayload<{ include: typeof shown }>;

/** The rows within a permission's reach. */
export const within = (reach: Reach): Prisma.PersonWhereInput =>
  reachWhere<Prisma.PersonWhereInput>(reach, {
    site: (site) => ({ department: { site } }),
    department: (departments) => ({ departmentId: { in: departments } }),
    own: ({ person }) => ({ id: person ?? '' }),
  });

const columns = { employeeNo: 'text' } as const;
/** The order of the list of people. */
export const byEmployeeNo = listOrder('people', 'asc', columns);

export async function findPage(
  tx: Transaction,
  reach: Reach,
  query: PersonQuery,
  after: Position<typeof columns> | null,
): Promise<PersonRow[]> {
  const below = query.department ? await departmentsBelow(tx, query.department) : null;
  return tx.person.findMany({
    where: {
      AND: [
        within(reach),
        { mergedInto: null },
        below ? { departmentId: { in: below } } : {},
        query.status ? { status: query.status } : {},
        query.kind?.length ? { kind: { in: query.kind } } : {},
        query.post ? { postId: query.post } : {},
        query.supplier ? { supplierId: query.supplier } : {},
        query.q ? { OR: [{ name: contains(query.q) }, { employeeNo: contains(query.q) }] } : {},
        byEmployeeNo.beyond(after),
      ],
    },
    include: shown,
    orderBy: byEmployeeNo.by(),
    take: query.limit + 1,
  });
}

export const findPerson = (tx: Transaction, id: string): Promise<PersonRow | null> =>
  tx.person.findFirst({ where: { id }, include: shown });

export const findPeople = (tx: Transaction, ids: string[], reach: Reach): Promise<PersonRow[]> =>
  tx.person.findMany({
    where: { AND: [{ id: { in: ids } }, within(reach)] },
    include: shown,
    orderBy: { employeeNo: 'asc' },
  });

/** By employee number, those who left and files that were joined too. */
export const findByNumbers = (tx: Transaction, numbers: string[]): Promise<PersonRow[]> =>
  tx.person.findMany({ where: { employeeNo: { in: numbers } }, include: shown });

/** The department and its descendants. */
export async function departmentsBelow(tx: Transaction, id: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE below AS (
      SELECT id FROM department WHERE id = ${id}
      UNION SELECT d.id FROM department d JOIN below b ON d.parent_id = b.id
    ) SELECT id FROM below`;
  return rows.map((row) => row.id);
}

/** Writes where the row still has the version; returns whether it did. */
export async function changeAtVersion(
  tx: Transaction,
  id: string,
  version: number,
  data: Prisma.PersonUncheckedUpdateManyInput,
): Promise<boolean> {
  const { count } = await tx.person.updateMany({
    where: { id, version },
    data: { ...data, version: version + 1, updatedAt: new Date() },
  });
  return count === 1;
}

export const badgesOf = (tx: Transaction, people: string[]) =>
  tx.badge.findMany({
    where: { personId: { in: people }, until: null },
    orderBy: { since: 'asc' },
  });

/** Badges that people had when they left, and that are not settled. */
export const owedBadgesOf = (tx: Transaction, people: string[]) =>
  tx.badge.findMany({
    where: { personId: { in: people }, owedSince: { not: null }, settledAt: null },
    orderBy: { since: 'asc' },
  });

/** The audit lines of one person's record, oldest first. */
export const auditOf = async (tx: Transaction, person: string) =>
  (await linesAbout(tx, { entity: 'person', id: person }, { take: 1000, reveals: true })).reverse();

/** Whether a badge was given to the person, they are a host, or another module has records about them. */
export async function isReferredTo(
  tx: Transaction,
  id: string,
  account: Account,
): Promise<boolean> {
  if ((await tx.badge.count({ where: { personId: id } })) > 0) return true;
  if ((await tx.person.count({ where: { hostId: id } })) > 0) return true;
  const { counts = {}, ...facts } = await factsAbout(tx, 'person', id, account);
  const known = Object.entries({ ...facts, ...counts }).filter(([name]) => !NOT_THEIRS.has(name));
  return known.some(([, fact]) =>
    Array.isArray(fact) ? fact.length > 0 : fact !== null && fact !== undefined && fact !== 0,
  );
}

/** Facts about the department of a person; the log, which tells of each; the post of their own row. */
const NOT_THEIRS = new Set(['areas', 'equipment', 'violationsInAreas', 'auditLines', 'posts']);
