import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { inLanguageOf } from '../../platform/imports/names.ts';
import type {
  Change,
  Existing,
  ImportUpdates,
  LeftReason,
  Values,
} from '../../platform/imports/types.ts';
import type { User } from '../../platform/kit/routes.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { companyGiven } from './companies.ts';
import { masks, normaliseNationalId, normalisePhone } from './identity.ts';
import { departmentsOf } from './import-departments.ts';
import { kindOfWord, kindTexts } from './kind-words.ts';
import type { PersonKind } from './kinds.ts';
import { resolvePost } from './posts.ts';
import * as rows from './repository.ts';
import type { PersonChange } from './schema.ts';
import type { SensitiveStore } from './sensitive.ts';
import { belongingOf, type PeopleService } from './service.ts';

type Fields = Omit<PersonChange, 'version'>;
interface Place {
  departmentId: string;
  post: string | null;
  postId: string | null;
}
/** What a person was before an import changed them. */
interface Before {
  fields: Fields;
  /** The place before the change; null where the row changes no place. */
  place: Place | null;
}
/** What a row changes, and what it was. */
interface Difference extends Before {
  to: { fields: Fields; place: Place | null };
  changes: Change[];
}
type Row = rows.PersonRow;
type Plain = Record<'nationalId' | 'phone', ReadonlyMap<string, string>>;

/** Changing people by an import: as if each was changed, or moved, on the page. */
export function createPeopleUpdates(parts: {
  people: PeopleService;
  sensitive: SensitiveStore;
}): ImportUpdates {
  const { people, sensitive } = parts;

  /** Their sealed values, to compare them; a value that does not open is replaced. */
  async function plainOf(unit: Unit, user: User, ids: readonly string[]): Promise<Plain> {
    const all = (field: 'nationalId' | 'phone') =>
      sensitive.revealAll(unit.tx, user.tenant, ids, field);
    return { nationalId: await all('nationalId'), phone: await all('phone') };
  }

  async function differenceOf(
    unit: Unit,
    user: User,
    { values, person, plain }: { values: Values; person: Row; plain: Plain },
  ): Promise<Difference> {
    const one: Difference = {
      fields: {},
      place: null,
      to: { fields: {}, place: null },
      changes: [],
    };
    const change = (column: string, from: string | null, to: string) =>
      one.changes.push({ column, from, to });
    const set = <Name extends keyof Fields>(
      name: Name,
      from: Fields[Name],
      to: Fields[Name],
      shown: { column?: string; from: string | null; to: string },
    ) => {
      if (to === from) return;
      one.fields[name] = from;
      one.to.fields[name] = to;
      change(shown.column ?? name, shown.from, shown.to);
    };
    const text = (name: 'name' | 'hiredOn' | 'validUntil', from: string | null) => {
      const to = values[name];
      if (to) set(name, from as Fields[typeof name], to, { from, to });
    };
    text('name', person.name);
    await comparePlace(unit, user, { values, person }, one);
    text('hiredOn', dayText(person.hiredOn));
    for (const [name, normal] of [
      ['nationalId', normaliseNationalId],
      ['phone', normalisePhone],
    ] as const) {
      if (!values[name]) continue;
      const from = plain[name].get(person.id) ?? null;
      const to = normal(values[name]);
      set(name, from, to, { from: from && masks[name](from), to: masks[name](to) });
    }
    const kind = values.kind ? kindOfWord(values.kind) : null;
    if (values.kind && kind) {
      const shown = (of: PersonKind) => inLanguageOf(values.kind ?? '', kindTexts[of]);
      const from = person.kind as PersonKind;
      set('kind', from, kind, { from: shown(from), to: shown(kind) });
    }
    const isContractor = (kind ?? person.kind) === 'contractor';
    if (!isContractor && person.supplierId !== null) {
      // Kept, so that undoing the import brings the link back.
      one.fields.supplierId = person.supplierId;
      one.to.fields.supplierId = null;
    }
    if (values.company) {
      const given = await companyGiven(unit.tx, values.company, isContractor, person);
      const { company = person.company, supplierId } = given;
      const to = company ?? values.company;
      const isLinked = supplierId !== undefined && supplierId !== person.supplierId;
      if (isLinked) {
        one.fields.supplierId = person.supplierId;
        one.to.fields.supplierId = supplierId;
      }
      if (isLinked && to === person.company) change('company', person.company, to);
      set('company', person.company, to, { from: person.company, to });
    }
    if (values.host) {
      const host = await unit.tx.person.findFirst({
        where: { employeeNo: values.host, status: 'active' },
        select: { id: true, name: true },
      });
      const to = host?.name ?? values.host;
      set('hostId', person.hostId, host?.id ?? null, {
        column: 'host',
        from: person.host?.name ?? null,
        to,
      });
    }
    text('validUntil', dayText(person.validUntil));
    return one;
  }

  /** Department and post: they are changed by a move. */
  async function comparePlace(
    unit: Unit,
    user: User,
    { values, person }: { values: Values; person: Row },
    into: Difference,
  ): Promise<void> {
    const departments = await departmentsOf(unit, user);
    const word = values.department ?? null;
    const found = word === null ? person.departmentId : departments.find(word);
    // What is wrong with it is said by the check.
    const departmentId = typeof found === 'string' ? found : null;
    if (word !== null && departmentId !== person.departmentId) {
      const to = departmentId === null ? word : departments.nameOf(departmentId, word);
      into.changes.push({
        column: 'department',
        from: departments.nameOf(person.departmentId, word),
        to,
      });
    }
    const was = { departmentId: person.departmentId, post: person.post, postId: person.postId };
    const next = departmentId ?? person.departmentId;
    const held = values.post
      ? await resolvePost(unit.tx, { post: values.post }, next)
      : { post: was.post, postId: was.postId };
    if (held.post !== was.post || held.postId !== was.postId) {
      into.changes.push({ column: 'post', from: was.post, to: held.post ?? '' });
    }
    const isMoved =
      next !== was.departmentId || held.post !== was.post || held.postId !== was.postId;
    if (!isMoved) return;
    into.place = was;
    into.to.place = { departmentId: next, ...held };
  }

  /** Writes fields, then the place. @returns the version then. */
  async function write(
    unit: Unit,
    user: User,
    { id, version }: { id: string; version: number },
    { fields, place }: Before,
  ): Promise<number> {
    let now = version;
    if (Object.keys(fields).length > 0) {
      ({ version: now } = await people.updateWithin(unit, user, id, { ...fields, version: now }));
    }
    if (place) {
      const { departmentId, post, postId } = place;
      const to = { departmentId, version: now, ...(postId ? { postId } : { post }) };
      ({ version: now } = await people.transferWithin(unit, user, id, to));
    }
    return now;
  }

  return {
    async find(unit, user, wanted) {
      const numbers = wanted.flatMap(({ values }) => values.employeeNo ?? []);
      const found = await rows.findByNumbers(unit.tx, numbers);
      const plain = await plainOf(
        unit,
        user,
        found.map(({ id }) => id),
      );
      const byNumber = new Map(found.map((one) => [one.employeeNo, one]));
      const reach = reachOf(user.account, 'person:manage');
      const list: Existing[] = [];
      for (const { row, values } of wanted) {
        const person = byNumber.get(values.employeeNo ?? '');
        if (!person) continue;
        const { id, version } = person;
        const code = !isWithin(user.account, reach, belongingOf(person))
          ? 'out-of-reach'
          : person.status === 'left'
            ? 'left'
            : null;
        const changes =
          code === null ? (await differenceOf(unit, user, { values, person, plain })).changes : [];
        list.push({ row, id, version, changes, fault: code === null ? null : { code } });
      }
      return list;
    },

    async save(unit, user, { id, version }, { values }) {
      const [person] = await rows.findByNumbers(unit.tx, [values.employeeNo ?? '']);
      if (person?.id !== id) throw await people.conflict(unit, id);
      const plain = await plainOf(unit, user, [id]);
      const { fields, place, to } = await differenceOf(unit, user, { values, person, plain });
      const before: Before = { fields, place };
      return { id, version: await write(unit, user, { id, version }, to), before };
    },

    async restore(unit, user, { id, version }, before): Promise<LeftReason | null> {
      const row = await rows.findPerson(unit.tx, id);
      if (!row) return 'gone';
      const reach = reachOf(user.account, 'person:manage');
      if (!isWithin(user.account, reach, belongingOf(row))) return 'out-of-reach';
      if (row.version !== version || row.status === 'left') return 'changed';
      await write(unit, user, { id, version }, before as Before);
      return null;
    },
  };
}
