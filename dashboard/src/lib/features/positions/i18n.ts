import { moduleWords } from '$lib/i18n/module-words.svelte.ts';
import { sourceWords } from './i18n-sources.ts';

export const words = moduleWords({
  ...sourceWords,
  title: ['读写器与定位', 'Readers'],
  hint: [
    '位置从哪里来、天线在平面图的何处。没有位置的天线只说明读到了工牌，不给出位置，也不用于识别人员。',
    'What positions come from, and where antennas are. One without a place says that it read a badge, gives no position, and names no person.',
  ],
  empty: ['尚未登记读卡器位置', 'No reader has a place yet'],
  emptyHint: [
    '登记后，经过该读卡器的工牌显示在平面图上。',
    'Once it has one, badges that it reads are shown on the plan.',
  ],
  add: ['登记位置', 'Add a place'],
  change: ['修改位置', 'Change the place'],
  remove: ['移除', 'Remove'],
  removeTitle: [
    (source: string) => `移除“${source}”的位置？其读取不再给出位置。`,
    (source: string) => `Remove the place of “${source}”? Its reads give no position then.`,
  ],
  removed: ['已移除', 'Removed'],
  source: ['来源', 'Source'],
  sourceHint: [
    '与上报位置中的 source 一致：读卡器名称，或“读卡器/antenna-1”。',
    'As `source` of its positions: the reader, or reader/antenna-1.',
  ],
  plan: ['平面图', 'Floor plan'],
  kind: ['类型', 'Kind'],
  isReader: ['读卡器：读取范围固定', 'A reader: it reads within a fixed field'],
  isSystem: ['定位系统：自行给出坐标', 'A locating system: it gives coordinates itself'],
  x: ['横坐标（米，向东）', 'x (metres, east)'],
  y: ['纵坐标（米，向北）', 'y (metres, north)'],
  radius: ['读取半径（米）', 'Radius of its field (metres)'],
  isExit: ['厂区出口', 'A way out of the site'],
  isExitHint: [
    '在此读到工牌的人视为已离开，其工牌不再按“无位置”告警。',
    'Who is read here last has left; the badge is not reported as silent.',
  ],
  exit: ['出口', 'Way out'],
  keeping: ['位置保存与告警', 'Keeping positions'],
  changeKeeping: ['修改', 'Change'],
  keepingText: [
    (keep: number, silent: number, gone: number, battery: number) =>
      `每 ${keep} 秒保存一个位置；${silent} 秒无位置告警；${gone} 小时无位置视为离厂；电量 ${battery}% 及以下告警`,
    (keep: number, silent: number, gone: number, battery: number) =>
      `One position in ${keep} s is kept; silent after ${silent} s; gone after ${gone} h; low battery from ${battery} % down`,
  ],
  keepSeconds: [
    '每个工牌保存位置的间隔（秒，30–60）',
    'One position of a badge is kept in (seconds, 30 to 60)',
  ],
  silentSeconds: ['无位置多久告警（秒）', 'Silent after (seconds)'],
  silentHint: [
    '仅对同意定位、且已知在厂的人员。若工牌自身间隔更长，则为其十分之九间隔的两倍：按 60 秒保存时约 120 秒。“工牌”页写明每个工牌的时间。',
    'Only for people who agreed and are on site as far as it is known. Where the intervals of a badge are longer, it is twice the interval that nine of ten keep to: some 120 s where one in 60 s is kept. The page of the badges says the time of each.',
  ],
  goneHours: ['无位置多久视为离厂（小时）', 'Gone after (hours)'],
  batteryPercent: ['低电量（%）', 'Low battery (%)'],
  stillMinutes: [
    '工牌不动多久提示（分钟，0 为不提示）',
    'A badge does not move for (minutes, 0: not told)',
  ],
  togetherMinutes: [
    '两张工牌一起移动多久提示（分钟，0 为不提示）',
    'Two badges move as one for (minutes, 0: not told)',
  ],
  place: ['位置', 'Place'],
  at: [
    (x: number, y: number, radius: number) => `(${x}, ${y})，半径 ${radius} 米`,
    (x: number, y: number, radius: number) => `(${x}, ${y}), ${radius} m around`,
  ],
});
