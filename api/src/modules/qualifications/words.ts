import type { Transaction } from '../../platform/db/database.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { QualificationType } from './state.ts';

const dictionaryOf = {
  'special-work': 'special-work-category',
  'special-equipment': 'special-equipment-category',
  // A guardian watches over special work (动火、受限空间 …).
  guardian: 'special-work',
  skill: 'skill',
  fitness: 'fitness-check',
} as const;

/** The names of categories, and which are offered. */
export interface Categories {
  name(type: QualificationType, category: string): Bilingual;
  /** @throws Problem `qualification.category-unknown`. */
  require(type: QualificationType, category: string): void;
}

/** The words that are offered, by type. */
export async function offeredCategories(
  tx: Transaction,
): Promise<Record<QualificationType, { id: string; name: Bilingual }[]>> {
  const found = {} as Record<QualificationType, { id: string; name: Bilingual }[]>;
  for (const [type, dictionary] of Object.entries(dictionaryOf) as [QualificationType, never][]) {
    found[type] = (await wordsIn(tx, dictionary)).filter(({ active }) => active);
  }
  return found;
}

export async function readCategories(tx: Transaction): Promise<Categories> {
  const known = new Map<string, { name: Bilingual; active: boolean }>();
  for (const [type, dictionary] of Object.entries(dictionaryOf)) {
    for (const { id, name, active } of await wordsIn(tx, dictionary)) {
      known.set(`${type}/${id}`, { name, active });
    }
  }
  return {
    name: (type, category) =>
      known.get(`${type}/${category}`)?.name ?? { zh: category, en: category },
    require(type, category) {
      if (known.get(`${type}/${category}`)?.active) return;
      throw new Problem('qualification.category-unknown', undefined, {
        errors: [fieldError('category', `“${category}”不可选。`, `"${category}" is not offered.`)],
      });
    },
  };
}

export const typeNames: Record<QualificationType, Bilingual> = {
  'special-work': { zh: '特种作业操作证', en: 'special-work certificate' },
  'special-equipment': { zh: '特种设备作业人员证', en: 'special-equipment certificate' },
  guardian: { zh: '监护人', en: 'guardian' },
  skill: { zh: '技能', en: 'skill' },
  fitness: { zh: '健康检查', en: 'medical check' },
};
