import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['监控大屏', 'Wall screens'],
  hint: [
    '在大屏的浏览器中打开 /screen，把显示的配对码填在这里。大屏不登录账号，只显示其分组的摄像机和报警。',
    'Open /screen in the browser of the screen, and give the code here that it shows. A screen has no account: it shows the cameras of its group and their alarms, and nothing else.',
  ],
  pair: ['配对大屏', 'Pair a screen'],
  none: ['还没有大屏。', 'There is no screen yet.'],
  code: ['配对码', 'Code on the screen'],
  name: ['名称', 'Name'],
  nameHint: [
    '大屏的位置，例如“中控室东墙”。',
    'Where it hangs, such as “Control room, east wall”.',
  ],
  group: ['显示的分组', 'Group that it shows'],
  lastSeen: ['最近在线', 'Last seen'],
  pairedBy: [(name: string) => `由 ${name} 配对`, (name: string) => `paired by ${name}`],
  edit: [(name: string) => `修改 ${name}`, (name: string) => `Change ${name}`],
  revoke: [(name: string) => `吊销 ${name}`, (name: string) => `Revoke ${name}`],
  revokeTitle: [
    (name: string) => `吊销大屏“${name}”？`,
    (name: string) => `Revoke the screen “${name}”?`,
  ],
  revokeText: [
    '它在一秒内不再显示任何内容；要再次使用须重新配对。',
    'Within a second it shows nothing. To use it again, it has to be paired again.',
  ],
  revokeAction: ['吊销', 'Revoke'],
  revoked: ['已吊销', 'Revoked'],
  groups: ['共享分组', 'Shared groups'],
  groupsHint: [
    '所有能观看这些摄像机的人都可在监控墙上选择；大屏各显示一个。',
    'All who may watch the cameras can choose one on the wall; a screen shows one.',
  ],
  addGroup: ['新建分组', 'Add a group'],
  noGroups: [
    '还没有共享分组。先新建一个，才能配对大屏。',
    'There is no shared group yet. Add one before you pair a screen.',
  ],
  site: ['厂区', 'Site'],
  cameras: ['摄像机', 'Cameras'],
  patrol: ['大屏每页显示', 'A screen shows each page for'],
  seconds: [(n: number) => `${n} 秒`, (n: number) => `${n} s`],
  pages: [
    (cameras: number, fit: number, pages: number) =>
      `一页最多 ${fit} 个摄像机。现有 ${cameras} 个，大屏分 ${pages} 页轮流显示，有报警时停在该页。`,
    (cameras: number, fit: number, pages: number) =>
      `${fit} cameras fit on one page. These are ${cameras}: a screen shows ${pages} pages in turn, and stays at the page of an alarm.`,
  ],
  count: [(n: number) => `${n} 个摄像机`, (n: number) => (n === 1 ? '1 camera' : `${n} cameras`)],
  remove: [(name: string) => `删除 ${name}`, (name: string) => `Delete ${name}`],
  removeTitle: [
    (name: string) => `删除分组“${name}”？`,
    (name: string) => `Delete the group “${name}”?`,
  ],
  removeText: ['摄像机不受影响。', 'Its cameras are not affected.'],
  removeAction: ['删除', 'Delete'],
  screen: {
    title: ['配对这块大屏', 'Pair this screen'],
    how: [
      '由有权管理大屏并观看实时画面的人在“管理 > 监控大屏”中输入此配对码。',
      'A person who manages screens and may watch live enters this code at Administration > Wall screens.',
    ],
    until: [
      (time: string) => `有效至 ${time}，之后自动更换`,
      (time: string) => `Holds until ${time}; then there is another one`,
    ],
    away: ['连接不上服务器，将自动重试。', 'The server cannot be reached. It is tried again.'],
    lost: [
      (time: string) => `${time} 起与服务器失去连接：画面和报警可能不是最新的，将自动重试。`,
      (time: string) =>
        `No connection to the server since ${time}: pictures and alarms may be out of date. It is tried again.`,
    ],
    alarm: [
      (n: number) => (n === 1 ? '报警' : `${n} 个报警`),
      (n: number) => (n === 1 ? 'Alarm' : `${n} alarms`),
    ],
    quiet: ['没有未处理的报警', 'No open alarm'],
    since: [(time: string) => `最近一个：${time}`, (time: string) => `the newest since ${time}`],
    muted: [
      '浏览器尚未允许声音：在此屏幕上按任意键。',
      'The browser plays no sound yet: press any key at this screen.',
    ],
    page: [
      (page: number, of: number, cameras: number) =>
        `第 ${page} 页，共 ${of} 页，${cameras} 个摄像机`,
      (page: number, of: number, cameras: number) => `Page ${page} of ${of}, ${cameras} cameras`,
    ],
    empty: ['这个分组没有摄像机', 'No camera is in this group'],
  },
});
