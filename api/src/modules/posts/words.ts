import type { Transaction } from '../../platform/db/database.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import { Problem } from '../../platform/http/errors.ts';
import { type FieldError, fieldError } from '../../platform/http/field-errors.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { PostInput } from './schema.ts';

export const wordFields = {
  kind: 'post-kind',
  skills: 'skill',
  specialWork: 'special-work-category',
  specialEquipment: 'special-equipment-category',
  courses: 'training-course',
} as const;
type WordField = keyof typeof wordFields;

/** Names of everything that a post refers to, by field and id. */
export interface PostNames {
  words: Record<WordField, ReadonlyMap<string, { name: Bilingual; active: boolean }>>;
  departments: ReadonlyMap<string, Bilingual>;
  areas: ReadonlyMap<string, Bilingual>;
  machines: ReadonlyMap<string, Bilingual>;
}

export async function readNames(tx: Transaction): Promise<PostNames> {
  const words = {} as Record<WordField, Map<string, { name: Bilingual; active: boolean }>>;
  for (const [field, dictionary] of Object.entries(wordFields) as [WordField, never][]) {
    const list = await wordsIn(tx, dictionary);
    words[field] = new Map(list.map(({ id, name, active }) => [id, { name, active }]));
  }
  const select = { id: true, name: true } as const;
  const named = (rows: { id: string; name: unknown }[]) =>
    new Map(rows.map(({ id, name }) => [id, name as Bilingual]));
  return {
    words,
    departments: named(await tx.department.findMany({ select })),
    areas: named(await tx.area.findMany({ select })),
    machines: named(await tx.equipment.findMany({ select })),
  };
}

/** What a post refers to. */
export type References = Pick<
  PostInput,
  | 'kind'
  | 'departmentId'
  | 'areas'
  | 'machines'
  | 'specialWork'
  | 'specialEquipment'
  | 'skills'
  | 'courses'
>;

/**
 * Refuses references to what is not there. A word that the post has already stays, also where it is not
 * offered any more.
 *
 * @throws Problem `post.word-unknown` with the fields.
 */
export function requireKnown(names: PostNames, given: References, before?: References): void {
  const errors: FieldError[] = [];
  const check = (field: string, ids: readonly string[], isKnown: (id: string) => boolean) => {
    const unknown = ids.filter((id) => !isKnown(id));
    if (unknown.length === 0) return;
    const list = unknown.join(', ');
    errors.push(fieldError(field, `没有这个可选项：${list}`, `not known: ${list}`));
  };
  const had = (field: WordField): readonly string[] => (before ? idsOf(before, field) : []);
  for (const field of Object.keys(wordFields) as WordField[]) {
    const kept = had(field);
    check(
      field,
      idsOf(given, field),
      (id) => names.words[field].get(id)?.active === true || kept.includes(id),
    );
  }
  const { departmentId, areas, machines } = given;
  check('departmentId', departmentId === null ? [] : [departmentId], (id) =>
    names.departments.has(id),
  );
  check('areas', areas, (id) => names.areas.has(id));
  check('machines', machines, (id) => names.machines.has(id));
  if (errors.length > 0) throw new Problem('post.word-unknown', undefined, { errors });
}

const idsOf = (of: References, field: WordField): readonly string[] =>
  field === 'kind'
    ? [of.kind]
    : field === 'skills'
      ? of.skills.map(({ skill }) => skill)
      : of[field];
