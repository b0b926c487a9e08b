import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  open: ['标定', 'Calibrate'],
  title: ['标定：平面图与画面对应', 'Calibration: the plan and the picture'],
  hint: [
    '在平面图上点一处地面，再在画面中点同一处（顺序不限）。至少四对，分布在整个地面上；第五对起才能看出误差。',
    'Click a place of the floor on the plan, then the same place in the picture, or the other way round. Four pairs at least, spread over the floor; from the fifth on the error tells something.',
  ],
  plan: ['平面图', 'Floor plan'],
  picture: ['画面', 'Picture'],
  choosePlan: ['选择平面图', 'Choose a plan'],
  noPlan: [
    '这台摄像机还没有平面图，请先选择一张。',
    'This camera has no floor plan yet. Choose one first.',
  ],
  noPlans: [
    '该厂区没有平面图，无法标定。先为厂区添加平面图。',
    'The site has no floor plan, so nothing can be calibrated. Give the site one first.',
  ],
  otherPlan: ['更换平面图会清除已有的点对', 'Another plan clears the pairs'],
  add: ['添加点对', 'Add a pair'],
  clear: ['全部清除', 'Remove all'],
  grid: ['在画面上显示地面网格', 'Show the floor grid in the picture'],
  gridHint: [
    (metres: number) => `网格 ${metres} 米，应与地面上的线平行。`,
    (metres: number) => `${metres} m grid: it should lie along lines of the floor.`,
  ],
  next: {
    any: ['点平面图或画面，开始一对', 'Click the plan or the picture to begin a pair'],
    picture: ['现在在画面中点同一处', 'Now click the same place in the picture'],
    floor: ['现在在平面图上点同一处', 'Now click the same place on the plan'],
  },
  pointOf: [
    (n: number, side: string) => `第 ${n} 对，${side}`,
    (n: number, side: string) => `Pair ${n}, ${side}`,
  ],
  keys: [
    '拖动点，或按 Tab 选点后用方向键移动（Shift 为十倍），Delete 删除该对，Esc 取消未完成的一对，Ctrl+Z 撤销。',
    'Drag points; or choose one by Tab and move it by the arrow keys (Shift: ten times as far). Delete removes the pair, Esc drops an unfinished one, Ctrl+Z undoes.',
  ],
  pairs: ['点对', 'Pairs'],
  empty: ['还没有点对', 'No pairs yet'],
  pair: [(n: number) => `第 ${n} 对`, (n: number) => `Pair ${n}`],
  east: ['向东（米）', 'East, m'],
  north: ['向北（米）', 'North, m'],
  x: ['画面 x', 'Picture x'],
  y: ['画面 y', 'Picture y'],
  unfinished: ['未完成', 'Unfinished'],
  remove: [(n: number) => `删除第 ${n} 对`, (n: number) => `Remove pair ${n}`],
  error: [(metres: string) => `误差 ${metres} 米`, (metres: string) => `${metres} m off`],
  worst: ['最大', 'Worst'],
  fit: ['拟合', 'Fit'],
  rms: ['均方根误差', 'RMS error'],
  metres: [(n: string) => `${n} 米`, (n: string) => `${n} m`],
  states: {
    few: [
      (n: number) => `还差 ${n} 对`,
      (n: number) => (n === 1 ? '1 more pair is needed' : `${n} more pairs are needed`),
    ],
    same: {
      picture: [
        (a: number, b: number) => `第 ${a} 对与第 ${b} 对在画面中是同一点，移动或删除其中一对。`,
        (a: number, b: number) =>
          `Pairs ${a} and ${b} are the same place in the picture. Move or remove one of them.`,
      ],
      floor: [
        (a: number, b: number) => `第 ${a} 对与第 ${b} 对在平面图上是同一点，移动或删除其中一对。`,
        (a: number, b: number) =>
          `Pairs ${a} and ${b} are the same place on the plan. Move or remove one of them.`,
      ],
    },
    collinear: {
      picture: [
        '画面中的点几乎在一条直线上，请在直线之外再点一对。',
        'The points lie almost on one line in the picture. Add a pair away from that line.',
      ],
      floor: [
        '平面图上的点几乎在一条直线上，请在直线之外再点一对。',
        'The points lie almost on one line on the plan. Add a pair away from that line.',
      ],
    },
    horizon: [
      (pairs: string) => `点对互相矛盾：按此拟合，第 ${pairs} 对会在地平线之外。多半有两对对调了。`,
      (pairs: string) =>
        `The pairs contradict each other: by this fit pair ${pairs} would be beyond the horizon. Two pairs are likely swapped.`,
    ],
    mirrored: [
      '平面图与画面左右相反，像镜子一样：检查是否左右对调，或平面图的原点不在西南角。',
      'Plan and picture are mirrored. Check whether left and right are swapped, or the plan was not measured from its south-west corner.',
    ],
    suspect: [
      (n: number, rms: string) => `第 ${n} 对与其余各对矛盾：去掉它，误差为 ${rms} 米。`,
      (n: number, rms: string) =>
        `Pair ${n} contradicts the others: without it the error is ${rms} m.`,
    ],
  },
  grades: {
    exact: ['无法核对', 'Not checked'],
    good: ['良好', 'Good'],
    fair: ['一般', 'Fair'],
    poor: ['互相矛盾', 'Contradictory'],
  },
  gradeHints: {
    exact: [
      '四对总能完全吻合，看不出误差。再加一对来核对。',
      'Four pairs always fit exactly, which proves nothing. Add another one to check them.',
    ],
    good: ['误差在半步之内。', 'Off by less than half a step.'],
    fair: [
      '可以使用；移动误差最大的一对会更准。',
      'Usable. Moving the worst pair would make it better.',
    ],
    poor: [
      '误差超过半米，区域会画错位置。检查误差最大的一对。',
      'More than half a metre off: zones would be at the wrong place. Check the worst pair.',
    ],
  },
  saveAsk: ['误差很大，仍要保存？', 'The error is large. Save it all the same?'],
  removeAsk: ['清除这台摄像机的标定？', 'Take the calibration of this camera away?'],
  removeText: [
    '平面图上不再显示这台摄像机看到的人，围栏不再比较。旧版本仍可恢复。',
    'People whom it sees are no longer shown on the plan, and its fences are no longer compared. Earlier versions can be restored.',
  ],
  leave: ['标定尚未保存，仍要离开？', 'The calibration is not saved. Leave all the same?'],
  leaveAction: ['离开', 'Leave'],
});
