import type { Bilingual } from './manifest.ts';

/** Legal bases of article 13 of the Personal Information Protection Law (PIPL), in the words of the processing register. */
export const legalBases = {
  /** Item 3: a statutory duty. */
  statutoryDuty: {
    zh: '履行法定职责或法定义务所必需（第十三条第三项）',
    en: 'Needed for a duty by law (PIPL 13(3))',
  },
  /** Item 3 with article 46: correcting data of a person that are wrong. */
  correction: {
    zh: '履行法定职责或法定义务所必需（第十三条第三项、第四十六条）',
    en: 'Needed for a duty by law (PIPL 13(3) and 46)',
  },
  /** Item 2: managing staff by lawful rules. */
  staffManagement: {
    zh: '依法制定的劳动规章实施人力资源管理所必需（第十三条第二项）',
    en: 'Needed for managing staff by lawful rules (PIPL 13(2))',
  },
} satisfies Record<string, Bilingual>;
