import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

/** Words of an unqualified operator. */
export const words = moduleWords({
  title: ['为什么记录', 'Why it was recorded'],
  reasons: {
    'right-ended': [
      '签到的人操作权限已失效，设备仍在运行',
      'The right of the person who signed on ended, and the machine runs on',
    ],
    'no-sign-on': [
      '设备在运行，无人在其开机点签到',
      'The machine runs, and nobody signed on at its point',
    ],
    'not-matched': [
      '设备在运行，旁边唯一的工牌属于不可操作它的人',
      'The machine runs, and the one badge beside it is of a person who may not operate it',
    ],
  },
  public: ['结论', 'In short'],
  detail: ['匹配结果（仅限有权查看资格的人）', 'The match, for those who may see it'],
  cameras: ['看得到该处的摄像机', 'Cameras that see the place'],
  noCamera: [
    '没有摄像机覆盖该设备所在位置，因此没有画面。',
    'No camera covers the place of this machine, so there is no picture.',
  ],
});
