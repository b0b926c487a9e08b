import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['人事同步', 'Changes of staff'],
  hint: [
    '人事系统报告的入职、调动与离职；岗位、权限与会话随之更新',
    'Who joins, moves and leaves, as personnel systems state it: posts, rights and sessions follow',
  ],
  search: ['姓名、工号或外部编号', 'Name, number or external id'],
  empty: ['还没有人事变动', 'Nothing was stated yet'],
  emptyHint: [
    '在“设备凭据”中为人事系统新建一个凭据，它即可报告变动。',
    'Make a credential for the personnel system under Devices; then it can state changes.',
  ],
  refusedNow: [
    (n: number) => `${n} 条未能处理：岗位与权限尚未更新`,
    (n: number) => `${n} refused: posts and rights are as before`,
  ],
  showRefused: ['查看', 'Show them'],
  state: ['状态', 'State'],
  anyState: ['全部状态', 'Any state'],
  states: {
    applied: ['已处理', 'Applied'],
    planned: ['待生效', 'Planned'],
    outdated: ['已被取代', 'Outdated'],
    refused: ['未能处理', 'Refused'],
  },
  person: ['人员', 'Person'],
  change: ['变动', 'Change'],
  from: ['来源', 'From'],
  changes: {
    joined: ['入职', 'Joined'],
    linked: ['关联到已有档案', 'Linked to a file'],
    renamed: ['更正姓名或工号', 'Name or number corrected'],
    terms: ['类别、单位、接待人或有效期变更', 'Kind, company, host or last day changed'],
    moved: ['调动', 'Moved'],
    left: ['离职', 'Left'],
    returned: ['返岗', 'Came back'],
  },
  nothing: ['无变化', 'No change'],
  stated: {
    active: [
      (department: string) => `在职：${department}`,
      (department: string) => `Works: ${department}`,
    ],
    left: [
      (department: string) => `离职：${department}`,
      (department: string) => `Left: ${department}`,
    ],
  },
  effectiveOn: [(day: string) => `${day} 起生效`, (day: string) => `From ${day} on`],
  retry: ['重试', 'Try again'],
  retried: ['已处理', 'Applied'],
  openFile: ['打开档案', 'Open the file'],
  aliases: ['外部系统中的编号', 'Ids in other systems'],
  noAliases: ['没有外部编号', 'No ids in other systems'],
  lastStated: [(time: string) => `最近报告：${time}`, (time: string) => `Last stated: ${time}`],
  neverStated: ['尚未报告', 'Nothing stated yet'],
  addAlias: ['添加编号', 'Add an id'],
  system: ['系统', 'System'],
  systemHint: ['即该系统凭据的名称，如 hr-main', 'The name of its credential, such as hr-main'],
  externalId: ['该系统中的编号', 'Id in that system'],
  remove: ['移除', 'Remove'],
  removeTitle: [(id: string) => `移除编号 ${id}？`, (id: string) => `Remove the id ${id}?`],
  removeText: [
    '之后该系统的报告按工号和姓名重新关联。',
    'What the system states later is linked by number and name again.',
  ],
});
