import { DateTime } from 'luxon';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Permission } from '../../platform/access/permissions.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Files } from '../../platform/files/types.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { answerFrom, filesOf } from '../../platform/kit/rows.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Numbers } from './numbers.ts';
import { factOf } from './person-facts.ts';
import { replaces } from './replacing.ts';
import { type QualificationView, qualificationSchema } from './schema.ts';
import { dayAfter, lastDay, stateAt } from './state.ts';
import { readCategories } from './words.ts';

/** Entities of files: those of medical checks need more. */
export const QUALIFICATION = 'qualification' as const;
export const FITNESS = 'fitness-record' as const;
export const entityOf = (type: string) => (type === 'fitness' ? FITNESS : QUALIFICATION);

const shown = {
  suspensions: { orderBy: { from: 'asc' } },
  person: {
    select: {
      id: true,
      name: true,
      employeeNo: true,
      status: true,
      departmentId: true,
      department: { select: { name: true, site: true } },
    },
  },
} satisfies Prisma.QualificationInclude;
export type Row = Prisma.QualificationGetPayload<{ include: typeof shown }>;

export type Records = ReturnType<typeof createRecords>;

/** Reading and presentation of qualifications, within the reach of an account. */
export function createRecords(options: { files: Files; numbers: Numbers; timeZone: string }) {
  const { files, numbers, timeZone } = options;
  const has = (account: Account, permission: Permission, { person }: Pick<Row, 'person'>) =>
    account.permissions.has(permission) &&
    isWithin(account, reachOf(account, permission), {
      person: person.id,
      department: person.departmentId,
      site: person.department.site,
    });
  const isOwn = (account: Account, { personId }: Pick<Row, 'personId'>) =>
    account.person !== null && account.person === personId;

  async function find(tx: Transaction, id: string): Promise<Row> {
    const row = await tx.qualification.findFirst({ where: { id }, include: shown });
    if (!row) throw new Problem('qualification.unknown');
    return row;
  }

  /** @throws Problem `qualification.unknown` where it lies outside of the permission's reach. */
  async function within(tx: Transaction, account: Account, permission: Permission, id: string) {
    const row = await find(tx, id);
    if (!has(account, permission, row)) throw new Problem('qualification.unknown');
    return row;
  }

  const mayManage = (account: Account, row: Row) =>
    !isOwn(account, row) &&
    has(account, row.type === 'fitness' ? 'fitness:manage' : 'qualification:manage', row);
  /** A scan shows what is sealed elsewhere: reading qualifications is not enough. */
  const opening = (type: string): readonly Permission[] =>
    type === 'fitness'
      ? ['fitness:reveal']
      : ['qualification:check', 'qualification:manage', 'person:reveal'];
  const mayOpen = (account: Account, row: Row) =>
    isOwn(account, row) || opening(row.type).some((permission) => has(account, permission, row));

  /** Why a medical check was suspended or revoked says something of the person's health. */
  const maySeeReason = (account: Account, row: Row) =>
    row.type !== 'fitness' ||
    isOwn(account, row) ||
    has(account, 'fitness:reveal', row) ||
    has(account, 'fitness:manage', row);

  /** Rows as they are answered. */
  async function show(
    tx: Transaction,
    { tenant, account }: User,
    rows: readonly Row[],
    { withFiles, now = new Date() }: { withFiles: boolean; now?: Date },
  ): Promise<QualificationView[]> {
    const categories = await readCategories(tx);
    const today = DateTime.fromJSDate(now, { zone: timeZone }).toISODate() as string;
    const all = await tx.qualification.findMany({
      where: {
        personId: { in: [...new Set(rows.map(({ personId }) => personId))] },
        status: 'counted',
        revokedAt: null,
      },
      include: { suspensions: true },
    });
    const others = all.map((row) => ({ personId: row.personId, ...factOf(row) }));
    const list: QualificationView[] = [];
    for (const row of rows) {
      const fact = factOf(row);
      const last = lastDay(fact);
      const at = stateAt(fact, now, timeZone);
      const state =
        row.status === 'counted' ? at.state : (row.status as QualificationView['state']);
      const renewed =
        last !== null &&
        others.some(
          ({ personId, ...one }) =>
            personId === row.personId && replaces(one, fact, { now, today }),
        );
      const days =
        state !== 'valid' || last === null || renewed
          ? undefined
          : ([30, 60, 90] as const).find((most) => last <= dayAfter(today, most));
      const open = row.suspensions.find(
        ({ until }) => until === null || until.getTime() > now.getTime(),
      );
      const seesReason = maySeeReason(account, row);
      list.push(
        answerFrom(qualificationSchema, row, {
          type: fact.type,
          result: fact.result,
          notFor: seesReason ? row.notFor : [],
          number: await numbers.shown(tx, tenant, row),
          numberSealed: row.numberSealed !== null,
          hasDetail: row.detailSealed !== null,
          person: { id: row.person.id, name: row.person.name, employeeNo: row.person.employeeNo },
          department: row.person.department.name as Bilingual,
          categoryName: categories.name(fact.type, row.category),
          lastDay: last,
          state,
          endedBy: state === 'expired' ? at.endedBy : null,
          endsWithin: days ?? null,
          renewed,
          suspendedSince: open?.from.toISOString() ?? null,
          suspendReason: seesReason ? (open?.reason ?? null) : null,
          revokeReason: seesReason ? row.revokeReason : null,
          mayCheck:
            row.status === 'waiting' &&
            !isOwn(account, row) &&
            row.enteredBy !== account.id &&
            has(account, 'qualification:check', row),
          mayManage: row.status === 'counted' && row.revokedAt === null && mayManage(account, row),
          files:
            withFiles && mayOpen(account, row)
              ? await filesOf(files, tx, entityOf(row.type), row.id)
              : [],
        }),
      );
    }
    return list;
  }

  async function showOne(tx: Transaction, user: User, id: string): Promise<QualificationView> {
    const [one] = await show(tx, user, [await find(tx, id)], { withFiles: true });
    return one!;
  }

  return { find, within, has, isOwn, mayManage, mayOpen, show, showOne, include: shown };
}
