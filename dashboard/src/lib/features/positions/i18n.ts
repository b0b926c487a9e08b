import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['读卡器位置', 'Readers on the plan'],
  hint: [
    '没有位置的读卡器只说明读到了工牌，不给出位置，也不用于识别人员。',
    'A reader without a place says that it read a badge, gives no position, and names nobody.',
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
  place: ['位置', 'Place'],
  at: [
    (x: number, y: number, radius: number) => `(${x}, ${y})，半径 ${radius} 米`,
    (x: number, y: number, radius: number) => `(${x}, ${y}), ${radius} m around`,
  ],
});
