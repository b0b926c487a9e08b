import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['快捷入口', 'Shortcuts'],
  edit: ['调整快捷入口', 'Change shortcuts'],
  hint: [
    '选择要放在首页的功能，并调整顺序。在任何设备上登录都一样。',
    'Choose what is on your home page, and in which order. It is the same on every device.',
  ],
  chosen: ['已放在首页', 'On the home page'],
  more: ['可添加', 'Can be added'],
  empty: ['首页没有快捷入口。从下面添加。', 'No shortcuts are on the home page. Add some below.'],
  emptyHome: ['首页没有快捷入口。', 'No shortcuts are on your home page.'],
  allAdded: ['全部功能都已放在首页。', 'All functions are on the home page.'],
  full: [
    (n: number) => `最多 ${n} 个。先移除一个再添加。`,
    (n: number) => `There can be ${n}. Remove one before you add another.`,
  ],
  add: [(name: string) => `添加 ${name}`, (name: string) => `Add ${name}`],
  remove: [(name: string) => `移除 ${name}`, (name: string) => `Remove ${name}`],
  up: [(name: string) => `${name} 上移`, (name: string) => `Move ${name} up`],
  down: [(name: string) => `${name} 下移`, (name: string) => `Move ${name} down`],
  keys: ['按 Alt + ↑ 或 ↓ 移动所选项。', 'Alt + ↑ or ↓ moves the one in focus.'],
  moved: [
    (name: string, place: number, of: number) => `${name}：第 ${place} 位，共 ${of} 位`,
    (name: string, place: number, of: number) => `${name}: place ${place} of ${of}`,
  ],
  reset: ['恢复默认', 'Back to the default'],
  done: ['完成', 'Done'],
});
