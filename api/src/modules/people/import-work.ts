import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { ImportWork, RowFault, WorkRow } from '../../platform/imports/types.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { normaliseNationalId } from './identity.ts';
import { departmentsOf } from './import-departments.ts';
import { createPeopleUpdates } from './import-updates.ts';
import { kindOfWord, kindTexts } from './kind-words.ts';
import { createSensitive } from './sensitive.ts';
import type { PeopleService } from './service.ts';

/** Whether words name a post in use; all do where the company has no posts yet. */
async function knownPosts({ tx }: Unit): Promise<(words: string) => boolean> {
  const posts = await tx.post.findMany({
    where: { active: true },
    select: { code: true, name: true },
  });
  const known = new Set(posts.flatMap(({ code, name }) => [code, name.toLowerCase()]));
  return (words) => known.size === 0 || known.has(words) || known.has(words.toLowerCase());
}

type CheckRow = WorkRow & { record: { id: string } | null };
const textsOf = (rows: readonly CheckRow[], column: string) =>
  rows.flatMap(({ values }) => values[column] ?? []);

/** Importing people: as if each was entered, or changed, on the page. */
export function createPeopleImport(parts: { people: PeopleService; sealed: Sealed }): ImportWork {
  const { people } = parts;
  const sensitive = createSensitive(parts.sealed);

  /** Visitors who would stay without a last day. */
  async function endless(unit: Unit, rows: readonly CheckRow[]): Promise<ReadonlySet<number>> {
    const visitors = rows.filter(
      ({ values }) =>
        values.kind && kindOfWord(values.kind) === 'visitor' && values.validUntil === null,
    );
    const known = await unit.tx.person.findMany({
      where: {
        id: { in: visitors.flatMap(({ record }) => record?.id ?? []) },
        validUntil: { not: null },
      },
      select: { id: true },
    });
    const ends = new Set(known.map(({ id }) => id));
    return new Set(
      visitors.filter(({ record }) => !record || !ends.has(record.id)).map(({ row }) => row),
    );
  }

  /** Rows with an identity number of another person. */
  async function ofOthers(unit: Unit, user: User, rows: readonly CheckRow[]) {
    const numbers = textsOf(rows, 'nationalId').map(normaliseNationalId);
    const owners = await sensitive.owners(unit.tx, user.tenant, 'nationalId', numbers);
    return ({ values, record }: CheckRow): boolean =>
      (owners.get(normaliseNationalId(values.nationalId ?? '')) ?? []).some(
        (person) => person !== record?.id,
      );
  }

  return {
    async check(unit, user, rows) {
      const faults: RowFault[] = [];
      const departments = await departmentsOf(unit, user);
      const isPost = await knownPosts(unit);
      const isOfAnother = await ofOthers(unit, user, rows);
      const withoutEnd = await endless(unit, rows);
      const hosts = await unit.tx.person.findMany({
        where: {
          employeeNo: { in: textsOf(rows, 'host') },
          status: 'active',
          kind: { not: 'visitor' },
        },
        select: { id: true, employeeNo: true },
      });
      const mayHost = new Map(hosts.map((one) => [one.employeeNo, one.id]));
      for (const one of rows) {
        const { row, values, record } = one;
        if (values.host) {
          const host = mayHost.get(values.host);
          if (!host || host === record?.id) faults.push({ row, column: 'host', code: 'host' });
        }
        if (withoutEnd.has(row)) faults.push({ row, column: 'validUntil', code: 'visitor-end' });
        const department = values.department ? departments.find(values.department) : '';
        if (typeof department !== 'string')
          faults.push({ row, column: 'department', ...department });
        if (values.post && !isPost(values.post)) faults.push({ row, column: 'post', code: 'post' });
        if (isOfAnother(one)) faults.push({ row, column: 'nationalId', code: 'taken' });
      }
      return faults;
    },

    async save(unit, user, { values }) {
      const department = (await departmentsOf(unit, user)).find(values.department ?? '');
      if (typeof department !== 'string') throw new Problem('department.unknown');
      const where = { employeeNo: values.host ?? '', status: 'active' };
      const host = values.host ? await unit.tx.person.findFirst({ where }) : null;
      const id = await people.addWithin(unit, user, {
        employeeNo: values.employeeNo ?? '',
        name: values.name ?? '',
        departmentId: department,
        post: values.post ?? null,
        hiredOn: values.hiredOn ?? null,
        kind: (values.kind && kindOfWord(values.kind)) || 'employee',
        company: values.company ?? null,
        hostId: host?.id ?? null,
        validUntil: values.validUntil ?? null,
        ...(values.nationalId ? { nationalId: values.nationalId } : {}),
        ...(values.phone ? { phone: values.phone } : {}),
        source: { system: 'import' },
      });
      return { id, version: 1 };
    },

    undo: (unit, user, record) => people.removeUnchanged(unit, user, record),

    updates: createPeopleUpdates({ people, sensitive }),

    async words(unit, user) {
      const departments = await departmentsOf(unit, user);
      return { department: departments.names(), kind: Object.values(kindTexts) };
    },
  };
}
