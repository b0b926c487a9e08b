import type { Bilingual } from '../../platform/manifest.ts';
import type { PublicReason } from '../match/reasons.ts';

export const jobStates = ['planned', 'running', 'done', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];

export type PublicCode = PublicReason['code'];

/** Why a person is not assigned, in public words: without detail of health or exams. */
const planned = {
  'not-admitted': {
    text: { zh: '此时未准入或不在用工期内。', en: 'Not admitted at this time.' },
    cure: {
      zh: '改派他人，或请人事核对起止日期。',
      en: 'Choose another person, or ask personnel to check the dates.',
    },
  },
  'not-qualified': {
    text: { zh: '不具备这项工作的资质。', en: 'Not qualified for this work.' },
    cure: {
      zh: '改派他人。本人可在“我的资质”查看缺什么、怎么办。',
      en: 'Choose another person. The person reads at “My qualifications” what is missing and what to do.',
    },
  },
  'no-permit': {
    text: { zh: '没有覆盖该时段的作业许可。', en: 'No work permit for this time.' },
    cure: {
      zh: '先申请作业许可并写入此人。',
      en: 'Apply for the permit first, and name the person in it.',
    },
  },
  'ask-supervisor': {
    text: { zh: '须由有权人员确认。', en: 'A person with the right has to confirm it.' },
    cure: {
      zh: '由有放行权限的人填写理由后安排；特种作业不得放行。',
      en: 'It is assigned with a reason by a role that may override; special work never is.',
    },
  },
  busy: {
    text: { zh: '该时段已有其他安排。', en: 'Assigned elsewhere at this time.' },
    cure: {
      zh: '改派他人、改时间，或先取消另一项安排。',
      en: 'Choose another person or time, or take the person off the other job first.',
    },
  },
} as const satisfies Record<PublicCode | 'busy', { text: Bilingual; cure: Bilingual }>;

export type PlanCode = keyof typeof planned;
export const planCodes = Object.keys(planned) as [PlanCode, ...PlanCode[]];

export interface PlanReason {
  code: PlanCode;
  text: Bilingual;
  cure: Bilingual;
}
export const planReasons = (codes: readonly string[]): PlanReason[] =>
  codes
    .filter((code): code is PlanCode => code in planned)
    .map((code) => ({ code, ...planned[code] }));
