import type { Bilingual } from '../../platform/manifest.ts';
import { type ReasonCode, reasonForms } from '../match/reasons.ts';

/** What is asked of the matcher, and overridden. */
export const gateKinds = ['start', 'entry'] as const;
export type GateKind = (typeof gateKinds)[number];
/** What is on record: also who went out of an area. */
export const decisionKinds = [...gateKinds, 'exit'] as const;
export type DecisionKind = (typeof decisionKinds)[number];
/** The side of a door at which a point stands. */
export const gateDirections = ['entry', 'exit'] as const;

export type PublicCode =
  | (typeof reasonForms)[ReasonCode]['shown']
  | 'another-seen'
  | 'vehicle-not-in-use'
  | 'vehicle-not-admitted';

/** What machines and doors are told, without detail of health or exams. */
export const publicTexts: Readonly<Record<PublicCode, Bilingual>> = {
  'not-admitted': { zh: '未准入。请联系主管。', en: 'Not admitted. Ask your supervisor.' },
  'not-qualified': {
    zh: '资格不符。请在“我的门禁记录”查看。',
    en: 'Not qualified. See your own page.',
  },
  'no-permit': { zh: '没有有效的作业许可。', en: 'No valid work permit.' },
  'ask-supervisor': { zh: '请主管确认。', en: 'Your supervisor has to confirm it.' },
  'another-seen': {
    zh: '摄像机确认此处是另一人。请主管到场确认。',
    en: 'The camera confirms another person here. Your supervisor has to confirm it there.',
  },
  'vehicle-not-in-use': {
    zh: '该车辆已停用或有效期已过。',
    en: 'The vehicle is blocked, or no longer valid.',
  },
  'vehicle-not-admitted': {
    zh: '该车辆不得进入此区域。',
    en: 'The vehicle may not enter this area.',
  },
};
export const publicCodes = Object.keys(publicTexts) as [PublicCode, ...PublicCode[]];

/** Reasons that lie in the card, where no person is matched. */
const cardReasons = {
  'card-unknown': {
    text: { zh: '未登记的工牌。', en: 'The card is not known.' },
    cure: { zh: '在人员档案中绑定工牌。', en: 'Bind it in the file of a person.' },
  },
  'card-free': {
    text: { zh: '工牌没有佩戴人。', en: 'Nobody wears the card.' },
    cure: { zh: '在人员档案中绑定工牌。', en: 'Bind it in the file of a person.' },
  },
  'card-ambiguous': {
    text: {
      zh: '两人的工牌仅大小写不同。',
      en: 'Two people wear cards that differ by case only.',
    },
    cure: {
      zh: '在人员档案中收回其中一张。',
      en: 'Release one of them in the file of its wearer.',
    },
  },
  'person-left': {
    text: { zh: '工牌属于离职人员。', en: 'The wearer of the card has left.' },
    cure: { zh: '收回工牌。', en: 'Take the card back.' },
  },
  'edge-no-permit': {
    text: {
      zh: '当时系统不可用，工牌没有有效的离线许可。',
      en: 'The system was away, and the card had no valid permit for that time.',
    },
    cure: { zh: '系统恢复后重新刷卡。', en: 'Show the card again when the system is back.' },
  },
  'another-seen': {
    text: {
      zh: '刷卡时，摄像机确认设备旁是另一人。',
      en: 'When the card was shown, the camera confirmed another person at the machine.',
    },
    cure: {
      zh: '由主管到场核对本人后放行；若工牌拿错，请换回。',
      en: 'Have your supervisor look and override it; where badges were mixed up, change them back.',
    },
  },
  'vehicle-blocked': {
    text: { zh: '该车辆已停用。', en: 'The vehicle is blocked.' },
    cure: {
      zh: '由车辆负责人恢复使用后再刷卡。',
      en: 'Ask those in charge of the vehicle to release it.',
    },
  },
  'vehicle-expired': {
    text: { zh: '该车辆有效期已过。', en: 'The vehicle is no longer valid.' },
    cure: {
      zh: '由车辆负责人延长有效期后再刷卡。',
      en: 'Ask those in charge of the vehicle to extend it.',
    },
  },
  'vehicle-not-listed': {
    text: {
      zh: '该区域仅限获准的车辆进入。',
      en: 'Only vehicles that name the area may enter it.',
    },
    cure: {
      zh: '由车辆负责人将该区域加入其可进入区域。',
      en: 'Ask those in charge of the vehicle to add the area to it.',
    },
  },
  'plate-unknown': {
    text: { zh: '未登记的车牌。', en: 'The plate is in no register.' },
    cure: {
      zh: '登记该车辆，或由门卫人工登记通行。',
      en: 'Enter the vehicle, or enter its pass by hand.',
    },
  },
  'code-unknown': {
    text: { zh: '签到码无效或已过期。', en: 'The sign-on code is wrong or over.' },
    cure: { zh: '重新获取签到码。', en: 'Get a new code.' },
  },
} as const satisfies Record<string, { text: Bilingual; cure: Bilingual }>;
export type CardReason = keyof typeof cardReasons;

export type GateReasonCode = ReasonCode | CardReason;

/** A reason as it is kept, for the person alone. */
export interface GateReason {
  code: GateReasonCode;
  about: string | null;
}

/** What a reason says and what to do; a code of a later version says itself. */
export function wordsOf(code: string): { text: Bilingual; cure: Bilingual | null } {
  if (code in cardReasons) return cardReasons[code as CardReason];
  if (code in reasonForms) {
    const { text, cure } = reasonForms[code as ReasonCode];
    return { text, cure };
  }
  return { text: { zh: code, en: code }, cure: null };
}
