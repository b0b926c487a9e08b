import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

/** Words of the groups of the review queue. */
export const groupWords = moduleWords({
  label: ['分组', 'Group by'],
  by: {
    episode: ['按事件', 'By episode'],
    person: ['按人员', 'By person'],
    rule: ['按规则', 'By rule'],
    camera: ['按摄像机', 'By camera'],
  },
  notShown: ['未显示人员', 'Person not shown'],
  unknownName: ['姓名未知', 'Name not known'],
  count: [(n: number) => `${n} 件`, (n: number) => (n === 1 ? '1 incident' : `${n} incidents`)],
  oldest: [(at: string) => `最早 ${at}`, (at: string) => `Oldest ${at}`],
  selectAll: ['全选本组', 'Select group'],
  selectAllOf: [
    (name: string) => `选中本组全部：${name}`,
    (name: string) => `Select all of this group: ${name}`,
  ],
  most: [
    (n: number, of: number) => `本组共 ${of} 件，已选前 ${n} 件：一次最多处理这么多`,
    (n: number, of: number) =>
      `The first ${n} of ${of} are selected: no more are decided on at once`,
  ],
  loading: ['正在读取本组事件', 'Loading the group'],
  failed: ['无法读取本组事件。', 'The incidents of this group could not be read.'],
  keys: {
    toggle: ['收起／展开打开事件所在的组', 'Collapse or expand the group of the open incident'],
    all: ['全选打开事件所在的组', 'Select all of the group of the open incident'],
  },
});
