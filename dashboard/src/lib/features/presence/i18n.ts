import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  person: ['人员', 'Person'],
  allStates: ['全部状态', 'All states'],
  state: ['状态', 'State'],
  badges: {
    title: ['工牌与定位间隔', 'Badges and their interval'],
    hint: [
      '每个工牌实际多久有一个位置，与设置对照；无位置、低电量、求助的工牌在最上方。',
      'How often each badge really has a position, against the setting; badges that are silent, low on battery or call for help come first.',
    ],
    search: ['工牌、姓名或工号', 'Badge, name or number'],
    badge: ['工牌', 'Badge'],
    nobody: ['未佩戴', 'Worn by nobody'],
    heard: ['最近收到', 'Last heard'],
    interval: ['间隔中位数', 'Median interval'],
    seconds: [(n: number) => `${n} 秒`, (n: number) => `${n} s`],
    against: [
      (from: number, to: number) => `要求 ${from}–${to} 秒`,
      (from: number, to: number) => `asked for: ${from} to ${to} s`,
    ],
    late: ['迟到占比', 'Late share'],
    percent: [
      (share: number, n: number) => `${Math.round(share * 100)}%（${n} 个间隔）`,
      (share: number, n: number) => `${Math.round(share * 100)} % of ${n}`,
    ],
    notYet: ['尚未测得', 'not measured yet'],
    battery: ['电量', 'Battery'],
    states: {
      'in-time': ['按时', 'In time'],
      late: ['迟到', 'Late'],
      silent: ['无位置', 'Silent'],
      away: ['不在厂', 'Away'],
    },
    empty: ['还没有收到任何工牌', 'No badge was heard yet'],
    emptyHint: [
      '读卡器或定位系统连接、且佩戴者同意定位后，工牌在此显示。',
      'Badges show here once readers or a locating system are connected and their wearers agreed.',
    ],
    warnings: ['需要处理', 'To be looked at'],
    noWarnings: ['没有异常', 'Nothing is wrong'],
    since: [(at: string) => `自 ${at}`, (at: string) => `since ${at}`],
    kinds: {
      silent: ['无位置', 'Silent'],
      'low-battery': ['电量低', 'Low battery'],
      sos: ['求助', 'Calls for help'],
      'no-motion': ['无动作', 'No motion'],
    },
  },
});
