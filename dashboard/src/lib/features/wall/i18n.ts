import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  layouts: {
    oneLarge: [(small: number) => `1 大 ${small} 小`, (small: number) => `1 large, ${small} small`],
    choose: [(chosen: string) => `布局：${chosen}`, (chosen: string) => `Layout: ${chosen}`],
  },
  more: ['监控墙选项', 'Options of the wall'],
  arrange: {
    start: ['调整画面顺序', 'Arrange the tiles'],
    hint: [
      '把画面拖到另一个画面上，二者交换位置；也可以先点选一个，再点另一个。键盘：Alt + 方向键。',
      'Drag a tile onto another: they trade places. Or choose one, then the other. By key: Alt + arrows.',
    ],
    short: ['拖动，或依次点选两个画面', 'Drag, or choose two tiles'],
    reset: ['恢复默认顺序', 'Reset the order'],
    wasReset: ['已恢复默认顺序', 'The default order is back'],
    done: ['完成', 'Done'],
    tile: [
      (name: string, place: number, of: number) =>
        `${name}，第 ${place} 位，共 ${of} 位。Alt + 方向键移动，Enter 选取`,
      (name: string, place: number, of: number) =>
        `${name}, place ${place} of ${of}. Alt + arrows move it, Enter picks it up`,
    ],
    picked: [
      (name: string) => `已选取 ${name}，请选择要交换的画面`,
      (name: string) => `${name} is picked up. Choose the tile to trade places with`,
    ],
    dropped: [(name: string) => `已放下 ${name}`, (name: string) => `${name} was put down`],
    moved: [
      (name: string, place: number, of: number) => `${name}：第 ${place} 位，共 ${of} 位`,
      (name: string, place: number, of: number) => `${name}: place ${place} of ${of}`,
    ],
  },
  groups: {
    label: ['分组', 'Group'],
    all: ['全部摄像机', 'All cameras'],
    kinds: {
      site: [(name: string) => `厂区：${name}`, (name: string) => `Site: ${name}`],
      plan: [(name: string) => `平面图：${name}`, (name: string) => `Plan: ${name}`],
      area: [(name: string) => `区域：${name}`, (name: string) => `Area: ${name}`],
    },
    unknown: ['没有这个分组，现显示全部摄像机。', 'There is no such group: all cameras are shown.'],
    empty: ['这个分组没有摄像机', 'No camera is in this group'],
    emptyHint: [
      '其摄像机已被移除，或您的账号看不到它们。',
      'Its cameras were removed, or your account does not see them.',
    ],
    manage: ['我的分组…', 'My groups…'],
    title: ['我的分组', 'My groups'],
    hint: [
      '选取的摄像机，以自定名称保存在账号中。网址带有分组，可在大屏上直接打开。',
      'Cameras of your choice under a name, kept with your account. The address has the group, so that a screen can open it.',
    ],
    none: ['还没有自己的分组。', 'You have no group yet.'],
    count: [(n: number) => `${n} 个摄像机`, (n: number) => (n === 1 ? '1 camera' : `${n} cameras`)],
    add: ['用当前画面新建分组', 'New group of the cameras shown'],
    full: [
      (n: number) => `最多 ${n} 个分组。先删除一个再新建。`,
      (n: number) => `There can be ${n} groups. Delete one before you add another.`,
    ],
    name: ['名称', 'Name'],
    cameras: ['摄像机', 'Cameras'],
    save: ['保存分组', 'Save the group'],
    show: [(name: string) => `显示 ${name}`, (name: string) => `Show ${name}`],
    edit: [(name: string) => `修改 ${name}`, (name: string) => `Change ${name}`],
    remove: [(name: string) => `删除 ${name}`, (name: string) => `Delete ${name}`],
    removeTitle: [
      (name: string) => `删除分组“${name}”？`,
      (name: string) => `Delete the group “${name}”?`,
    ],
    removeText: ['摄像机不受影响。', 'Its cameras are not affected.'],
    removeAction: ['删除', 'Delete'],
  },
  tooLarge: [
    '设置过大，无法随账号保存。请删除一些分组，或减少其中的摄像机。',
    'This is too large to be kept with your account. Delete a group, or take cameras out of one.',
  ],
  patrol: {
    start: ['开始轮巡', 'Start the patrol'],
    stop: ['停止轮巡', 'Stop the patrol'],
    every: ['轮巡间隔', 'Patrol: next page after'],
    seconds: [(n: number) => `${n} 秒`, (n: number) => `${n} s`],
    phases: {
      off: ['未轮巡', 'No patrol'],
      held: [
        '轮巡暂停：画面已放大或正在调整',
        'Patrol: waits while a tile is large or being arranged',
      ],
      alarm: ['轮巡暂停：停在有报警的画面', 'Patrol: stays at the camera with an alarm'],
      resting: ['轮巡暂停：正在使用监控墙', 'Patrol: rests while the wall is used'],
      turning: ['轮巡中', 'Patrol: pages change by themselves'],
    },
  },
  rest: {
    name: ['小画面静止时用静态图', 'Stills in small tiles at rest'],
    hint: [
      '无人、无变化时，小画面每秒显示一张静态图（人脸已模糊）；有人或有变化时立即播放。',
      'While nobody is there and nothing moves, a small tile has a still each second, with blurred faces; then it plays at once.',
    ],
  },
  substream: {
    shown: [
      '小画面播放子码流，没有检测框；放大后播放主码流，有检测框。',
      'A small tile plays the substream, without boxes; enlarged, the main stream with boxes.',
    ],
    instead: ['子码流无画面，现为主码流', 'No substream: this is the main stream'],
  },
  stills: ['静态图', 'stills'],
  stands: [(at: string) => `画面自 ${at} 起没有更新`, (at: string) => `No new picture since ${at}`],
  standsSilent: ['：摄像机没有发送画面', ': the camera sends none'],
  silent: [
    '摄像机目前没有发送画面；恢复后自动播放。',
    'The camera sends no picture now. It plays by itself when pictures come again.',
  ],
  untimed: ['无检测框', 'No boxes'],
  untimedHint: [
    '浏览器或视觉节点没有说明检测框属于哪一帧，因此不画。请更新浏览器，或告知管理员。',
    'The browser or the worker does not say of which frame the boxes are, so none are drawn. Update the browser, or tell the administrator.',
  ],
  keys: {
    title: ['监控墙快捷键', 'The wall by keyboard'],
    move: ['移到相邻画面', 'Move to the next tile'],
    enlarge: ['放大所选画面', 'Enlarge the tile'],
    back: ['返回', 'Go back'],
    pages: ['上一页、下一页', 'Previous, next page'],
    patrol: ['开始或停止轮巡', 'Start or stop the patrol'],
    arrange: ['调整顺序时：移动所选画面', 'Arranging: move the tile'],
    arrangePages: ['调整顺序时：移到其他页', 'Arranging: move it to another page'],
    fullscreen: ['全屏', 'Full screen'],
    acknowledge: ['确认报警', 'Acknowledge the alarm'],
    help: ['显示这些快捷键', 'Show these keys'],
  },
});
