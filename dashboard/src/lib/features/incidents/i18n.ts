import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['违章复核', 'Review'],
  mine: ['我的违章', 'My violations'],
  list: ['违章事件', 'Incidents'],
  count: [(n: number) => `${n} 件待复核`, (n: number) => `${n} to review`],
  arrived: [
    (n: number) => `${n} 件新事件`,
    (n: number) => (n === 1 ? '1 new incident' : `${n} new incidents`),
  ],
  empty: ['没有待复核的事件', 'Nothing to review'],
  emptyHint: [
    '新的事件会自动出现，无需刷新。',
    'New incidents appear by themselves; there is no need to reload.',
  ],
  emptyFiltered: ['没有符合筛选条件的事件', 'No incident matches these filters'],
  noneSelected: ['选择一件事件开始复核', 'Pick an incident to review'],
  readFailed: ['无法读取事件的全部内容。', 'All of the incident could not be read.'],
  findings: [
    (n: number) => `${n} 项发现`,
    (n: number) => (n === 1 ? '1 finding' : `${n} findings`),
  ],
  more: [(n: number) => `等 ${n} 类`, (n: number) => `+${n}`],
  cameras: [(n: number) => `${n} 台摄像机`, (n: number) => `${n} cameras`],
  newFindings: [
    (n: number) => `${n} 项新发现`,
    (n: number) => (n === 1 ? '1 new finding' : `${n} new findings`),
  ],
  newHint: [
    '结论作出之后又有发现归入本事件：给出相同结论，或将其移除、拆分。',
    'Something joined after the verdict: give the same verdict, take it out, or split it off.',
  ],
  isNew: ['新', 'New'],
  timeline: ['时间轴', 'Timeline'],
  legend: ['未监视时段', 'Times that were not watched'],
  unwatched: {
    reading: ['正在读取未监视时段…', 'Reading unwatched times…'],
    read: ['未记录到未监视时段', 'No unwatched time recorded'],
    failed: ['未监视时段读取失败', 'Unwatched times could not be read'],
  },
  others: [(n: number) => `另 ${n} 段`, (n: number) => `${n} more`],
  fewer: ['收起', 'Show less'],
  choose: ['选择', 'Choose'],
  lasts: ['持续中', 'lasts'],
  subjects: {
    person: ['人员', 'Person'],
    zone: ['区域', 'Zone'],
    machine: ['设备', 'Machine'],
  },
  why: {
    actor: ['同一摄像机中的同一人', 'The same person in one camera'],
    path: [
      (odds: number) => `两台摄像机的行走轨迹一致（可能性高 ${odds} 倍）`,
      (odds: number) => `Paths of two cameras agree (${odds} times likelier than two people)`,
    ],
    hand: ['人工归入', 'Put here by hand'],
    'same-name': ['工牌显示为同一人', 'Badges tell one person'],
    name: ['工牌显示为另一人，已分开', 'Parted: badges tell two people'],
  },
  identity: {
    title: ['涉及人员', 'Who it was'],
    states: {
      confirmed: ['工牌已确认', 'Confirmed by badge'],
      ambiguous: ['无法确定', 'Not certain'],
      unbadged: ['没有可用的工牌', 'No badge that may be used'],
    },
    elsewhere: [
      (name: string) => `同一事件的另一条发现指向${name}`,
      (name: string) => `Another finding of this act names ${name}`,
    ],
    unknownName: ['姓名未知', 'Name not known'],
    signedOn: ['在设备上签到', 'Signed on at the machine'],
    chosen: ['由复核人选定', 'Chosen by the reviewer'],
    consentEnded: [
      (at: string) => `本人已于 ${at} 撤回同意，依法保留`,
      (at: string) => `Consent taken back on ${at}; kept by legal duty`,
    ],
    candidates: ['可能的人员', 'Who it may be'],
    choose: ['认定为此人', 'It is this person'],
    reopenFirst: [
      '该发现已有结论。要更正人员，请先撤销结论（重新打开），再选择并确认。',
      'This finding has a verdict. To correct the person, reopen it first, then choose and confirm.',
    ],
    chooseTitle: [
      (name: string) => `认定为${name}并确认违章`,
      (name: string) => `Confirm the act as ${name}’s`,
    ],
    chooseHint: [
      '姓名将写入违章记录。请写明依据；依据与您的姓名一并留存。',
      'The name goes into the record. Say what you go by: it stays with your name.',
    ],
    reason: ['依据', 'Reason'],
    confirm: ['确认', 'Confirm'],
  },
  takeOut: ['移除', 'Take out'],
  takeOutTitle: ['将该发现移出事件', 'Take the finding out of the incident'],
  takeOutHint: [
    '该发现按所选原因驳回，其余发现不受影响。',
    'The finding is dismissed for this reason; the others are not changed.',
  ],
  takenOut: [(who: string) => `已由${who}移除`, (who: string) => `Taken out by ${who}`],
  reason: ['原因', 'Reason'],
  note: ['说明', 'Note'],
  splitOff: ['拆分', 'Split off'],
  split: [(n: number) => `拆分 ${n} 项`, (n: number) => `Split off ${n}`],
  splitTitle: ['拆分为单独的事件', 'Make an incident of its own'],
  splitHint: [
    '所选发现是另一人或另一行为；拆分后各自复核，自动合并不再改变。',
    'The findings are of another person or act. Each is reviewed by itself, and evidence does not join them again.',
  ],
  join: ['合并…', 'Join…'],
  joinTitle: ['合并另一事件', 'Join another incident'],
  joinHint: [
    '同一人的同一行为。列出前后十分钟内同一厂区的事件。',
    'The same person and the same act. Incidents of the same site within ten minutes are listed.',
  ],
  joinNone: ['附近没有可合并的事件。', 'There is no other incident nearby.'],
  undo: ['撤销人工调整', 'Undo the last change'],
  done: {
    confirm: ['已确认', 'Confirmed'],
    takeOut: ['已移除', 'Taken out'],
    split: ['已拆分', 'Split off'],
    join: ['已合并', 'Joined'],
    undo: ['已撤销', 'Undone'],
  },
  links: ['相关事件', 'Linked incidents'],
  operations: ['人工调整', 'Changes by hand'],
  operation: {
    'take-out': [
      (who: string) => `${who}移除了一项发现`,
      (who: string) => `${who} took a finding out`,
    ],
    split: [(who: string) => `${who}拆分了事件`, (who: string) => `${who} split the incident`],
    join: [(who: string) => `${who}合并了事件`, (who: string) => `${who} joined incidents`],
  },
  undone: [(who: string) => `已由${who}撤销`, (who: string) => `undone by ${who}`],
  signature: {
    title: ['证据签名', 'Signature of the evidence'],
    signed: [
      (worker: string, seq: number) => `由 ${worker} 签名，审计日志第 ${seq} 号会签`,
      (worker: string, seq: number) =>
        `Signed by ${worker}, countersigned at line ${seq} of the audit log`,
    ],
    sealing: ['正在写入审计链', 'being sealed into the chain'],
    parts: {
      confirmed: ['记录与抓拍', 'Record and picture'],
      ended: ['结束', 'End'],
      clip: ['录像', 'Clip'],
    },
    unsigned: [
      '未签名：由未启用签名的分析主机或较早版本记录',
      'Unsigned: recorded by a worker of an earlier version, or before this one signed',
    ],
    states: {
      'unknown-key': ['签名密钥未登记', 'Signed by a key that was not enrolled'],
      'other-worker': ['使用了其他分析主机的密钥', 'Signed by the key of another worker'],
      'revoked-key': ['签名密钥已被吊销', 'Signed by a key that was revoked before'],
      wrong: ['签名与记录不符', 'The signature does not fit the record'],
      'not-countersigned': ['审计日志中没有对应的会签', 'The audit log has no line of it'],
    },
    key: ['密钥', 'Key'],
    clock: ['时钟', 'Clock'],
    clockOf: [
      (ahead: number, within: number) =>
        `比服务器${ahead >= 0 ? '快' : '慢'} ${Math.abs(ahead)} 毫秒（误差 ${within} 毫秒内）`,
      (ahead: number, within: number) =>
        `${Math.abs(ahead)} ms ${ahead >= 0 ? 'ahead of' : 'behind'} the server (within ${within} ms)`,
    ],
    clockUnknown: ['签名前未与服务器比对', 'Not compared with the server before it signed'],
  },
  single: ['单独查看该发现', 'Open this finding alone'],
  settings: {
    title: ['事件合并', 'Joining of findings'],
    hint: [
      '同一人在同一摄像机中的两项发现，间隔不超过此值时归入同一事件；修改后对新的发现生效。',
      'Two findings of one person in one camera within this gap are one incident. A change counts for new findings.',
    ],
    site: ['厂区', 'Site'],
    gap: ['最长间隔', 'Longest gap'],
    gapHint: ['0 至 120 秒，默认 10 秒', '0 to 120 seconds, 10 as a default'],
    seconds: [(n: number) => `${n} 秒`, (n: number) => `${n} s`],
    empty: ['配置文件中没有厂区', 'The configuration has no site'],
  },
  partOf: ['所属事件', 'Part of incident'],
  toastConfirmed: [(what: string) => `已确认：${what}`, (what: string) => `Confirmed: ${what}`],
  toastDismissed: [(what: string) => `已驳回：${what}`, (what: string) => `Dismissed: ${what}`],
  toastReopened: [(what: string) => `已重新打开：${what}`, (what: string) => `Reopened: ${what}`],
  conflict: [
    '事件已发生变化，请查看后再作结论。',
    'The incident changed meanwhile; look at it and decide again.',
  ],
});
