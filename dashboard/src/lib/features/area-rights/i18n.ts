import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['我可进入的区域', 'My areas'],
  hint: [
    '按岗位、资质、作业票和时间判定，与门禁和电子围栏的要求一致。以现场门禁和警示标志为准。',
    'Decided by post, qualifications, permits and hours, as doors and fences decide it. The door and the signs on site have the last word.',
  ],
  states: {
    allow: ['可以进入', 'May enter'],
    hold: ['先询问', 'Ask first'],
    deny: ['不可进入', 'May not enter'],
    'ask-again': ['须重新确认', 'Check again'],
  },
  stateHints: {
    allow: ['', ''],
    hold: ['先请班组长或安全员确认。', 'Have a supervisor or the safety officer confirm it first.'],
    deny: ['', ''],
    'ask-again': [
      '许可已到期或信息过旧，联网后自动更新；在此之前不要进入。',
      'The right has ended, or the answer is too old. It is asked for again as soon as there is a connection; do not enter before.',
    ],
  },
  offline: [
    (time: string) => `离线：显示 ${time} 的结果，之后可能已变化。`,
    (time: string) => `Offline: as of ${time}. It may have changed since.`,
  ],
  offlineDetail: ['离线时不显示原因的细节。', 'Details of the reasons are not kept on the phone.'],
  ofPost: ['本岗位', 'Your post'],
  door: ['门禁', 'Door'],
  fence: ['电子围栏', 'Fence'],
  until: [(time: string) => `有效至 ${time}`, (time: string) => `until ${time}`],
  changes: [(time: string) => `${time} 可能变化`, (time: string) => `may change at ${time}`],
  overridden: [
    (time: string) => `已放行至 ${time}`,
    (time: string) => `let in by an override until ${time}`,
  ],
  final: ['任何人不得放行', 'No override is possible'],
  search: ['区域名称', 'Name of an area'],
  map: [(plan: string) => `平面图 ${plan}`, (plan: string) => `Plan ${plan}`],
  empty: ['没有登记区域', 'No areas are entered'],
  emptyHint: ['区域由管理员登记。', 'Areas are entered by the administrator.'],
  noneFound: ['没有匹配的区域', 'No area matches'],
  noPerson: ['账号没有关联人员', 'The account belongs to no person'],
  noPersonHint: ['请联系管理员关联。', 'Ask the administrator to link it.'],
});
