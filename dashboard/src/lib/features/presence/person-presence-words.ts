import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const personPresenceWords = moduleWords({
  state: ['在岗状态', 'At the post'],
  post: ['岗位', 'Post'],
  area: ['所在区域（打开该区域看板）', 'Area (opens its board)'],
  since: ['进入时间', 'There since'],
  heard: ['最近定位', 'Last heard'],
  way: ['行走路线回放', 'The way as a replay'],
  notOnBoard: [
    '看板上没有此人：已离职，或不在您的查看范围内。',
    'This person is not on the board: gone, or out of your reach.',
  ],
  notTracked: [
    '没有工牌，或未同意定位：不显示位置，也没有路线可回放。',
    'Without a badge, or without consent to positioning: no place is shown, and there is no way to play.',
  ],
});
