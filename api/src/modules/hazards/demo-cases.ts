import type { DemoView } from './demo-pictures.ts';

/** Progress of a hazard of the demonstration. */
export type DemoEnd =
  | 'reported'
  | 'returned'
  | 'rejected'
  | 'assigned'
  | 'rectifying'
  | 'acceptance'
  | 'closed'
  | 'plan-approval'
  | 'rectifying-major';

/** Texts that people write are in one language; those of the demonstration are in both. */
export interface DemoCase {
  title: string;
  description: string;
  type: string;
  area: string;
  /** Metres on the plan `main-hall`. */
  at: [number, number];
  /** What its pictures show. */
  picture: DemoView;
  /** User name of the reporter, and days ago. */
  by: string;
  days: number;
  /** Hours between finding and reporting, where the phone was offline. */
  offline?: number;
  end: DemoEnd;
  equipment?: string;
}

/** A dozen hazards at real places of the demonstration's floor plan. */
export const demoCases: DemoCase[] = [
  {
    title: '冲床 1 号护罩螺栓松动 / Loose guard bolts, press 1',
    description:
      '左侧护罩两颗螺栓松动，手可伸入。\nTwo bolts of the left guard are loose; a hand fits in.',
    type: 'machine-guard',
    area: 'press-line',
    at: [3.2, 10.4],
    picture: { view: 'hall-east', left: 0, top: 60, width: 420 },
    by: 'worker.press',
    days: 34,
    end: 'closed',
    equipment: 'press-1',
  },
  {
    title: '冲床 1 号护罩再次松动 / Guard loose again, press 1',
    description:
      '上月整改后又松动，建议加防松垫片。\nLoose again after the repair of last month; lock washers are proposed.',
    type: 'machine-guard',
    area: 'press-line',
    at: [3.4, 10.8],
    picture: { view: 'hall-east', left: 330, top: 70, width: 330 },
    by: 'worker.press',
    days: 9,
    end: 'rectifying',
    equipment: 'press-1',
  },
  {
    title: '主通道堆放托盘 / Pallets in the main aisle',
    description:
      '托盘占用主通道约 1 米，叉车绕行。\nPallets take about 1 m of the main aisle; forklifts go around them.',
    type: 'housekeeping',
    area: 'main-aisle',
    at: [11.5, 6.2],
    picture: { view: 'aisle', left: 35, top: 195, width: 460 },
    by: 'keeper',
    days: 27,
    end: 'closed',
  },
  {
    title: '主通道地面油渍 / Oil on the floor of the main aisle',
    description:
      '疑似叉车漏油，面积约半平方米。\nProbably from a forklift; about half a square metre.',
    type: 'housekeeping',
    area: 'main-aisle',
    at: [15.8, 6.6],
    picture: { view: 'aisle', left: 560, top: 360, width: 520 },
    by: 'operator',
    days: 2,
    offline: 5,
    end: 'assigned',
  },
  {
    title: '货架立柱变形 / Bent rack upright',
    description:
      '第三排货架立柱被撞，下部弯曲。\nThe upright of the third rack was hit and is bent at its foot.',
    type: 'unsafe-condition',
    area: 'rack-store',
    at: [19.4, 11.2],
    picture: { view: 'aisle', left: 0, top: 0, width: 460 },
    by: 'keeper',
    days: 20,
    end: 'acceptance',
  },
  {
    title: '货架区灭火器压力不足 / Low pressure in a fire extinguisher at the racks',
    description: '指针在红区。\nThe pointer is in the red.',
    type: 'fire',
    area: 'rack-store',
    at: [21.8, 9.1],
    picture: { view: 'hall-west', left: 560, top: 0, width: 460 },
    by: 'maintainer',
    days: 15,
    end: 'closed',
  },
  {
    title: '配电箱门未锁 / Distribution box not locked',
    description:
      '装配区 2 号配电箱门敞开，内有裸露端子。\nBox 2 of the assembly area stands open; its terminals are bare.',
    type: 'electrical',
    area: 'assembly-area',
    at: [15.9, 13.8],
    picture: { view: 'hall-east', left: 1040, top: 240, width: 240 },
    by: 'maintainer',
    days: 6,
    end: 'rectifying',
  },
  {
    title: '机器人单元安全门联锁失效 / Interlock of the robot cell fails',
    description:
      '打开安全门后机器人不停止，已停机挂牌。\nThe robot goes on when the door is opened; it is switched off and tagged.',
    type: 'machine-guard',
    area: 'robot-cell',
    at: [12.3, 10.9],
    picture: { view: 'hall-east', left: 560, top: 170, width: 560 },
    by: 'maintainer',
    days: 12,
    end: 'rectifying-major',
    equipment: 'robot-1',
  },
  {
    title: '冲床 2 号光幕被短接 / Light curtain of press 2 bridged',
    description:
      '夜班为提高节拍短接光幕，需停机整治。\nBridged by the night shift to be faster; the press has to stand until it is mended.',
    type: 'machine-guard',
    area: 'press-line',
    at: [6.1, 12.2],
    picture: { view: 'hall-east', left: 470, top: 60, width: 300 },
    by: 'operator',
    days: 4,
    end: 'plan-approval',
    equipment: 'press-2',
  },
  {
    title: '装卸口警示线磨损 / Worn warning lines at the loading gate',
    description: '黄线已看不清。\nThe yellow line can hardly be seen.',
    type: 'vehicle',
    area: 'loading-gate',
    at: [24.2, 4.8],
    picture: { view: 'aisle', left: 370, top: 315, width: 480 },
    by: 'keeper',
    days: 1,
    end: 'reported',
  },
  {
    title: '装配区有人未戴护目镜 / No goggles at assembly',
    description: '打磨工位，提醒后戴上。\nAt the grinding station; put on when told.',
    type: 'ppe',
    area: 'assembly-area',
    at: [9.9, 14.1],
    picture: { view: 'hall-west', left: 771, top: 110, width: 300 },
    by: 'operator',
    days: 3,
    end: 'returned',
  },
  {
    title: '通道灯闪烁 / Flickering lamp in the aisle',
    description: '更换后正常，当场处理。\nReplaced on the spot.',
    type: 'unsafe-condition',
    area: 'main-aisle',
    at: [5.1, 6.1],
    picture: { view: 'hall-west', left: 0, top: 0, width: 600 },
    by: 'worker.press',
    days: 18,
    end: 'rejected',
  },
  {
    title: '废油桶无标签 / Waste oil drums without labels',
    description: '两只桶没有危废标签。\nTwo drums have no hazardous waste label.',
    type: 'chemical-storage',
    area: 'loading-gate',
    at: [24.4, 12.6],
    picture: { view: 'hall-west', left: 435, top: 106, width: 330 },
    by: 'env',
    days: 8,
    end: 'closed',
  },
];
