import type { Bilingual } from '@anshi/contracts';
import type { UnqualifiedOperator } from '../violations/operator-schema.ts';

/** Why the record names a person, or does not: without a name, and without detail of health or exams. */
export const identityReasons: Readonly<Record<UnqualifiedOperator['reason'], Bilingual>> = {
  'right-ended': {
    zh: '本人在开机点签到；设备仍在运行时其权限已失效',
    en: 'The person signed on at the point of the machine; the right ended while it ran',
  },
  'no-sign-on': {
    zh: '无人在开机点签到；所在区域只有这一张工牌',
    en: 'Nobody signed on at the point; this is the only badge in the area of the machine',
  },
  'not-matched': {
    zh: '设备所在区域只有这一张工牌，其佩戴人与该设备不匹配',
    en: 'This is the only badge in the area of the machine, and its wearer is not matched with it',
  },
};

/** What a position at a machine does not prove. */
export const byPosition: Bilingual = {
  zh: '仅凭位置：不同意定位的人看不到，靠近设备也不等于在操作。请复核人判断',
  en: 'By position alone: people who refuse positions are not seen, and being near is not operating. A reviewer decides',
};
