import type { Bilingual } from '../../platform/manifest.ts';
import { type PersonKind, personKinds } from './kinds.ts';

/** What the kinds are called. */
export const kindTexts: Record<PersonKind, Bilingual> = {
  employee: { zh: '员工', en: 'Employee' },
  contractor: { zh: '承包商', en: 'Contractor' },
  visitor: { zh: '访客', en: 'Visitor' },
  trainee: { zh: '实习生', en: 'Trainee' },
};

const otherWords: Record<PersonKind, readonly string[]> = {
  employee: ['正式工', '本单位', '在编', 'staff'],
  contractor: ['承包商人员', '外包', '外协', '相关方', '劳务派遣'],
  visitor: ['来访', '来宾', 'guest'],
  trainee: ['学徒', '实习', '培训生', 'apprentice', 'intern'],
};

/** The kind that a word of a file means; null where it means none. */
export function kindOfWord(word: string): PersonKind | null {
  const plain = word.trim().toLowerCase();
  const means = (kind: PersonKind) =>
    [kind, kindTexts[kind].zh, kindTexts[kind].en.toLowerCase(), ...otherWords[kind]].includes(
      plain,
    );
  return personKinds.find(means) ?? null;
}
