import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { ImportWork, RowFault } from '../../platform/imports/types.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import type { createBadges } from './badges.ts';
import { normaliseNationalId } from './identity.ts';
import { kindOfWord } from './kind-words.ts';
import { createSensitive } from './sensitive.ts';
import type { PeopleService } from './service.ts';

type Departments = Awaited<ReturnType<typeof readDepartments>>;
/** Read once for each unit of work, which saves several rows. */
const ofUnits = new WeakMap<Unit, Promise<Departments>>();
function departmentsOf(unit: Unit, user: User): Promise<Departments> {
  const known = ofUnits.get(unit) ?? readDepartments(unit, user);
  ofUnits.set(unit, known);
  return known;
}

/** Departments by what a file calls them: name in either language, or id. */
async function readDepartments({ tx }: Unit, user: User) {
  const all = await tx.department.findMany({
    where: { active: true },
    select: { id: true, name: true, site: true },
  });
  const reach = reachOf(user.account, 'person:manage');
  const plain = (text: string) => text.trim().toLowerCase();
  const byWord = new Map<string, Set<string>>();
  const add = (word: string, id: string) =>
    byWord.set(plain(word), (byWord.get(plain(word)) ?? new Set()).add(id));
  const within = new Set<string>();
  for (const { id, name, site } of all) {
    if (isWithin(user.account, reach, { department: id, site })) within.add(id);
    const { zh, en } = name as { zh: string; en: string };
    for (const word of new Set([id, zh, en])) add(word, id);
  }
  return {
    /** The id, or what is wrong. */
    find(word: string): string | Omit<RowFault, 'row' | 'column'> {
      const ids = [...(byWord.get(plain(word)) ?? [])];
      const [id] = ids;
      if (id === undefined) return { code: 'department' };
      if (ids.length > 1)
        return { code: 'department-twice', params: { ids: ids.sort().join(', ') } };
      return within.has(id) ? id : { code: 'out-of-reach' };
    },
  };
}

/** Whether words name a post in use; all do where the company has no posts yet. */
async function knownPosts({ tx }: Unit): Promise<(words: string) => boolean> {
  const posts = await tx.post.findMany({
    where: { active: true },
    select: { code: true, name: true },
  });
  const known = new Set(posts.flatMap(({ code, name }) => [code, name.toLowerCase()]));
  return (words) => known.size === 0 || known.has(words) || known.has(words.toLowerCase());
}

/** Importing people: as if each was entered on the page. */
export function createPeopleImport(parts: { people: PeopleService; sealed: Sealed }): ImportWork {
  const { people } = parts;
  const sensitive = createSensitive(parts.sealed);
  return {
    async check(unit, user, rows) {
      const faults: RowFault[] = [];
      const departments = await departmentsOf(unit, user);
      const isPost = await knownPosts(unit);
      const texts = (column: string) => rows.flatMap(({ values }) => values[column] ?? []);
      const known = await unit.tx.person.findMany({
        where: { employeeNo: { in: texts('employeeNo') } },
        select: { employeeNo: true },
      });
      const numbers = new Set(known.map(({ employeeNo }) => employeeNo));
      const taken = await sensitive.taken(
        unit.tx,
        user.tenant,
        'nationalId',
        texts('nationalId').map(normaliseNationalId),
      );
      const hosts = await unit.tx.person.findMany({
        where: { employeeNo: { in: texts('host') }, status: 'active', kind: { not: 'visitor' } },
        select: { employeeNo: true },
      });
      const mayHost = new Set(hosts.map((one) => one.employeeNo));
      for (const { row, values } of rows) {
        if (values.host && !mayHost.has(values.host)) {
          faults.push({ row, column: 'host', code: 'host' });
        }
        if (values.kind && kindOfWord(values.kind) === 'visitor' && !values.validUntil) {
          faults.push({ row, column: 'validUntil', code: 'visitor-end' });
        }
        const department = departments.find(values.department ?? '');
        if (typeof department !== 'string')
          faults.push({ row, column: 'department', ...department });
        if (values.post && !isPost(values.post)) faults.push({ row, column: 'post', code: 'post' });
        if (numbers.has(values.employeeNo ?? ''))
          faults.push({ row, column: 'employeeNo', code: 'taken' });
        if (values.nationalId && taken.has(normaliseNationalId(values.nationalId))) {
          faults.push({ row, column: 'nationalId', code: 'taken' });
        }
      }
      return faults;
    },

    async save(unit, user, values) {
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
  };
}

/** Importing badges that people wear: as if each was given on the page. */
export function createBadgeImport(badges: ReturnType<typeof createBadges>): ImportWork {
  const personOf = (unit: Unit, employeeNo: string) =>
    unit.tx.person.findFirst({
      where: { employeeNo },
      select: { id: true, status: true, department: { select: { id: true, site: true } } },
    });
  return {
    async check(unit, user, rows) {
      const faults: RowFault[] = [];
      const reach = reachOf(user.account, 'person:manage');
      const texts = (column: string) => rows.flatMap(({ values }) => values[column] ?? []);
      const found = await unit.tx.person.findMany({
        where: { employeeNo: { in: texts('employeeNo') } },
        select: {
          id: true,
          employeeNo: true,
          status: true,
          department: { select: { id: true, site: true } },
        },
      });
      const people = new Map(found.map((one) => [one.employeeNo, one]));
      const worn = await unit.tx.badge.findMany({
        where: { badge: { in: texts('badge') }, until: null },
        select: { badge: true, personId: true },
      });
      const wearers = new Map(worn.map(({ badge, personId }) => [badge, personId]));
      const driven = await unit.tx.vehicleTag.findMany({
        where: { tag: { in: texts('badge') }, until: null },
        select: { tag: true },
      });
      const onVehicles = new Set(driven.map(({ tag }) => tag));
      for (const { row, values } of rows) {
        const person = people.get(values.employeeNo ?? '');
        const at = { row, column: 'employeeNo' };
        const isReached =
          person &&
          isWithin(user.account, reach, {
            person: person.id,
            department: person.department.id,
            site: person.department.site,
          });
        if (!person || !isReached) faults.push({ ...at, code: 'person' });
        else if (person.status === 'left') faults.push({ ...at, code: 'left' });
        if (onVehicles.has(values.badge ?? '')) {
          faults.push({ row, column: 'badge', code: 'on-vehicle' });
        }
        const wearer = wearers.get(values.badge ?? '');
        if (wearer !== undefined) {
          faults.push({ row, column: 'badge', code: wearer === person?.id ? 'taken' : 'worn' });
        }
      }
      return faults;
    },

    async save(unit, user, values) {
      const person = await personOf(unit, values.employeeNo ?? '');
      if (!person) throw new Problem('person.unknown');
      const { id } = await badges.bindWithin(unit, user, person.id, values.badge ?? '', null);
      return { id, version: 1 };
    },

    /** Hands it back: a badge that was worn has a history, which stays. */
    async undo(unit, user, { id }) {
      const bound = await unit.tx.badge.findFirst({ where: { id } });
      if (!bound) return 'gone';
      // An import sets no day of return: the badge was lent on the page since.
      if (bound.until !== null || bound.dueBack !== null) return 'changed';
      try {
        await badges.releaseWithin(unit, user, bound.personId, id);
        return null;
      } catch (error) {
        if (error instanceof Problem && error.code === 'person.unknown') return 'out-of-reach';
        throw error;
      }
    },
  };
}
