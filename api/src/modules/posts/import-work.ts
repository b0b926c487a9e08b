import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { type NameFinder, nameFinder } from '../../platform/imports/names.ts';
import type {
  Change,
  Fault,
  ImportUpdates,
  ImportWork,
  RowFault,
  Values,
} from '../../platform/imports/types.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import {
  exposuresText,
  namesText,
  readExposures,
  readNames as readNameList,
  readSkills,
  skillsText,
} from './import-cells.ts';
import type { Posts } from './posts.ts';
import { listsOf, type PostRow } from './records.ts';
import { type PostInput, postInput } from './schema.ts';
import { readNames } from './words.ts';

type Names = Record<
  | 'kind'
  | 'department'
  | 'areas'
  | 'machines'
  | 'skills'
  | 'specialWork'
  | 'specialEquipment'
  | 'courses',
  NameFinder
>;
/** Read once for each unit of work, which saves several rows. */
const ofUnits = new WeakMap<Unit, Promise<Names>>();
function namesOf(unit: Unit): Promise<Names> {
  const known = ofUnits.get(unit) ?? readFinders(unit.tx);
  ofUnits.set(unit, known);
  return known;
}

async function readFinders(tx: Transaction): Promise<Names> {
  const names = await readNames(tx);
  const finder = (
    entries: Iterable<readonly [string, Bilingual]>,
    none: string,
    several = 'several-names',
  ) =>
    nameFinder(
      Array.from(entries, ([id, name]) => ({ id, name })),
      { none, several },
    );
  const words = (field: keyof (typeof names)['words'], none: string) =>
    finder(
      [...names.words[field]].flatMap(([id, { name, active }]) =>
        active ? [[id, name] as const] : [],
      ),
      none,
    );
  return {
    kind: words('kind', 'no-word'),
    department: finder(names.departments, 'department', 'department-twice'),
    areas: finder(names.areas, 'no-area'),
    machines: finder(names.machines, 'no-machine'),
    skills: words('skills', 'no-word'),
    specialWork: words('specialWork', 'no-word'),
    specialEquipment: words('specialEquipment', 'no-word'),
    courses: words('courses', 'no-word'),
  };
}

/** Lists of names or ids. */
const namedLists = ['areas', 'machines', 'specialWork', 'specialEquipment', 'courses'] as const;

/** The fields of a post that a row has, and what is wrong with its cells. Empty cells are left out. */
function readPost(values: Values, names: Names) {
  const given: Partial<PostInput> = {};
  const faults: { column: string; fault: Fault }[] = [];
  const list = <Name extends (typeof namedLists)[number] | 'skills' | 'exposures'>(
    name: Name,
    read: (text: string) => { items: PostInput[Name][number][] } | { fault: Fault },
  ) => {
    const text = values[name];
    if (!text) return;
    const found = read(text);
    if ('fault' in found) faults.push({ column: name, fault: found.fault });
    else given[name] = found.items as PostInput[Name];
  };
  const word = (column: 'kind' | 'department', field: 'kind' | 'departmentId') => {
    const text = values[column];
    if (!text) return;
    const found = names[column].find(text);
    if (typeof found !== 'string') faults.push({ column, fault: found });
    else given[field] = found;
  };
  if (values.code) given.code = values.code;
  if (values.name) given.name = values.name;
  word('kind', 'kind');
  word('department', 'departmentId');
  for (const name of namedLists) {
    list(name, (text) => readNameList(text, names[name]));
  }
  list('skills', (text) => readSkills(text, names.skills));
  list('exposures', readExposures);
  if (values.minCrew) given.minCrew = Number(values.minCrew);
  return { given, faults };
}

/** How the fields of a post are called in a file. */
const columnOf = (field: string): string => (field === 'departmentId' ? 'department' : field);

/** The fields in which a post is otherwise than the row says. */
function differenceOf(row: PostRow, values: Values, names: Names) {
  const { given } = readPost(values, names);
  const was = { ...row, ...listsOf(row) };
  const before: Partial<PostInput> = {};
  const to: Partial<PostInput> = {};
  const changes: Change[] = [];
  for (const field of Object.keys(given) as (keyof PostInput)[]) {
    if (JSON.stringify(was[field]) === JSON.stringify(given[field])) continue;
    Object.assign(before, { [field]: was[field] });
    Object.assign(to, { [field]: given[field] });
    const column = columnOf(field);
    const like = values[column] ?? '';
    const shown = (of: Partial<PostInput>) => textOf(field, of, names, like);
    changes.push({ column, from: shown(was) || null, to: shown(given) });
  }
  return { before, to, changes };
}

function textOf(
  field: keyof PostInput,
  of: Partial<PostInput>,
  names: Names,
  like: string,
): string {
  switch (field) {
    case 'departmentId':
      return of.departmentId ? names.department.nameOf(of.departmentId, like) : '';
    case 'kind':
      return names.kind.nameOf(of.kind ?? '', like);
    case 'areas':
    case 'machines':
    case 'specialWork':
    case 'specialEquipment':
    case 'courses':
      return namesText(of[field] ?? [], names[field], like);
    case 'skills':
      return skillsText(of.skills ?? [], names.skills, like);
    case 'exposures':
      return exposuresText(of.exposures ?? [], like);
    default:
      return String(of[field] ?? '');
  }
}

/** Importing posts: as if each was entered, or changed, on the page. */
export function createPostImport(posts: Posts): ImportWork {
  const byCodes = async ({ tx }: Unit, codes: string[]) =>
    new Map(
      (await tx.post.findMany({ where: { code: { in: codes } } })).map((one) => [one.code, one]),
    );

  const updates: ImportUpdates = {
    async find(unit, _user, rows) {
      const names = await namesOf(unit);
      const known = await byCodes(
        unit,
        rows.flatMap(({ values }) => values.code ?? []),
      );
      return rows.flatMap(({ row, values }) => {
        const post = known.get(values.code ?? '');
        if (!post) return [];
        const { id, version } = post;
        const { faults } = readPost(values, names);
        // A cell that is wrong is said by the check, which sees rows that change something.
        const wrong = faults.map(({ column }) => ({
          column,
          from: null,
          to: values[column] ?? '',
        }));
        const changes = [...differenceOf(post, values, names).changes, ...wrong];
        return [{ row, id, version, changes, fault: null }];
      });
    },
    async save(unit, _user, { id, version }, { values }) {
      const post = (await byCodes(unit, [values.code ?? ''])).get(values.code ?? '');
      if (post?.id !== id) throw new Problem('post.unknown');
      const { before, to } = differenceOf(post, values, await namesOf(unit));
      const saved = await posts.changeWithin(unit, id, { ...to, version });
      return { id, version: saved.version, before };
    },
    async restore(unit, _user, { id, version }, before) {
      const row = await unit.tx.post.findFirst({ where: { id } });
      if (!row) return 'gone';
      if (row.version !== version) return 'changed';
      await posts.changeWithin(unit, id, { ...(before as Partial<PostInput>), version });
      return null;
    },
  };

  return {
    async check(unit, _user, rows) {
      const names = await namesOf(unit);
      const called = await namedSo(unit, rows, names);
      const faults: RowFault[] = [];
      for (const { row, values, record } of rows) {
        const { given, faults: wrong } = readPost(values, names);
        for (const { column, fault } of wrong) faults.push({ ...fault, row, column });
        const other = given.name
          ? called(given.name, given.departmentId ?? null, record?.id ?? null)
          : undefined;
        if (other && other.code !== given.code && !values.department === !other.departmentId) {
          faults.push({ row, column: 'name', code: 'name-taken', params: { code: other.code } });
        }
      }
      return faults;
    },

    async save(unit, user, { values }) {
      const { given } = readPost(values, await namesOf(unit));
      const input = postInput.safeParse({ departmentId: null, ...given });
      if (!input.success) throw new Problem('request.invalid');
      const { id, version } = await posts.createWithin(unit, user, input.data);
      return { id, version };
    },

    undo: (unit, _user, record) => posts.removeUnchanged(unit, record),
    updates,
    async words(unit) {
      const names = await namesOf(unit);
      return Object.fromEntries(Object.entries(names).map(([column, of]) => [column, of.all()]));
    },
  };
}

/** The post of a name in a department, other than the one of a row. */
async function namedSo(
  { tx }: Unit,
  rows: readonly { values: Values }[],
  names: Names,
): Promise<
  (name: string, department: string | null, except: string | null) => PostRow | undefined
> {
  const wanted = rows.flatMap(({ values }) => readPost(values, names).given.name ?? []);
  const found = await tx.post.findMany({ where: { name: { in: wanted, mode: 'insensitive' } } });
  return (name, department, except) =>
    found.find(
      (one) =>
        one.id !== except &&
        one.departmentId === department &&
        one.name.toLowerCase() === name.toLowerCase(),
    );
}
