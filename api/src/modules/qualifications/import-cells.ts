import type { Transaction } from '../../platform/db/database.ts';
import { nameFinder } from '../../platform/imports/names.ts';
import type { Fault, Values } from '../../platform/imports/types.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { type QualificationType, types } from './state.ts';
import { offeredCategories, typeNames } from './words.ts';

const otherWords: Record<QualificationType, readonly string[]> = {
  'special-work': ['特种作业', '特种作业证', '特种作业操作资格证', 'special work'],
  'special-equipment': ['特种设备', '特种设备证', '特种设备作业', 'special equipment'],
  guardian: ['监护', '监护人证', 'guardians'],
  skill: ['岗位技能', '技能等级', 'skills'],
  fitness: ['体检', '职业健康检查', '健康', 'medical'],
};

/** The type that a word of a file means; null where it means none. */
export function typeOfWord(word: string): QualificationType | null {
  const plain = word.trim().toLowerCase();
  const means = (type: QualificationType) =>
    [type, typeNames[type].zh, typeNames[type].en, ...otherWords[type]].some(
      (one) => one.toLowerCase() === plain,
    );
  return types.find(means) ?? null;
}

/** Results of medical checks are entered by hand: they are kept apart. */
const imported: readonly QualificationType[] = types.filter((type) => type !== 'fitness');
const codes = { none: 'category', several: 'category-twice' };

/** What a row is a certificate of. */
export interface What {
  type: QualificationType;
  category: string;
}
/** @returns what a row is a certificate of, or what is wrong and in which column. */
export type ReadWhat = (values: Values) => What | { column: string; fault: Fault };

export async function readWhat(tx: Transaction): Promise<ReadWhat> {
  const offered = await offeredCategories(tx);
  const names = new Map(imported.map((type) => [type, nameFinder(offered[type], codes)]));
  return (values) => {
    const word = values.category ?? '';
    const stated = values.type ? typeOfWord(values.type) : null;
    const within = stated === null ? imported : [stated];
    const found = within.flatMap((type) => {
      const category = names.get(type)?.find(word);
      return typeof category === 'string' ? [{ type, category }] : [];
    });
    const [one] = found;
    if (found.length === 1 && one) return one;
    if (found.length > 1) {
      const types = found.map(({ type }) => typeNames[type].zh).join('、');
      return { column: 'type', fault: { code: 'type-needed', params: { types } } };
    }
    return { column: 'category', fault: { code: 'category', params: { word } } };
  };
}

/** The types, and the categories of all of them. */
export async function namesOf(tx: Transaction): Promise<Record<string, Bilingual[]>> {
  const offered = await offeredCategories(tx);
  return {
    type: imported.map((type) => typeNames[type]),
    category: imported.flatMap((type) => offered[type].map(({ name }) => name)),
  };
}
