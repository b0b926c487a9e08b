import type { Bilingual } from '../../platform/manifest.ts';

/** How an ability was assessed. */
export const methodTexts: Readonly<Record<string, Bilingual>> = {
  drill: { zh: '演练', en: 'drill' },
  exam: { zh: '考试', en: 'exam' },
  assessment: { zh: '评估', en: 'assessment' },
};
