import type { Bilingual } from '../../platform/manifest.ts';
import { reasonForms } from '../match/reasons.ts';

/** Why a stay is an event, in words without detail of health or exams. */
export const fenceCodes = [
  'not-admitted',
  'not-qualified',
  'no-permit',
  'ask-supervisor',
  'outside-hours',
  'unknown-badge',
  'left-place',
] as const;
export type FenceCode = (typeof fenceCodes)[number];

export const codeTexts: Record<FenceCode, Bilingual> = {
  'not-admitted': { zh: '此时不得进入。', en: 'Not admitted at this time.' },
  'not-qualified': { zh: '没有所需岗位或资质。', en: 'Not qualified for this area.' },
  'no-permit': { zh: '没有有效的作业许可。', en: 'There is no valid work permit.' },
  'ask-supervisor': { zh: '须经班组长或安全员确认。', en: 'A supervisor has to confirm it.' },
  'outside-hours': { zh: '不在允许进入的时间内。', en: 'Outside of the hours for this area.' },
  'unknown-badge': { zh: '工牌没有绑定人员。', en: 'No one is bound to the badge.' },
  'left-place': { zh: '离开了指定区域。', en: 'Left the assigned area.' },
};

const cures: Partial<Record<string, Bilingual>> = {
  'outside-hours': { zh: '请离开，或在允许的时间进入。', en: 'Leave, or enter within the hours.' },
  'left-place': {
    zh: '请返回，或请班组长调整安排。',
    en: 'Go back, or have the assignment changed.',
  },
};

/** What a reason says to the person, and what to do; a code of a later version says itself. */
export function wordsOf(code: string): { text: Bilingual; cure: Bilingual | null } {
  if (code in reasonForms) {
    const { text, cure } = reasonForms[code as keyof typeof reasonForms];
    return { text, cure };
  }
  const text = codeTexts[code as FenceCode] ?? { zh: code, en: code };
  return { text, cure: cures[code] ?? null };
}
