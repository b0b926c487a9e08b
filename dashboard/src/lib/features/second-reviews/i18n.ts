import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['第二次复核', 'Second review'],
  hint: [
    '随机抽取的事件由另一位复核人再看一遍，看不到首次结论。',
    'Incidents drawn at random are judged by a second reviewer who does not see the first verdict.',
  ],
  tabs: {
    todo: ['待复核', 'To do'],
    disagreements: ['分歧', 'Disagreements'],
    agreement: ['一致程度', 'Agreement'],
  },
  list: ['待第二次复核的事件', 'Incidents to review a second time'],
  empty: ['没有待第二次复核的事件', 'Nothing to review a second time'],
  emptyHint: [
    '结论作出后随机抽取。您自己的结论由他人复核，不在此处。',
    'Verdicts are drawn at random. Your own are reviewed by others and are not here.',
  ],
  choose: ['从列表中选择一件', 'Choose one from the list'],
  blind: [
    '请只看画面作判断。您的答案保存在首次结论旁边，不会改变事件。',
    'Judge by the pictures alone. Your answer is kept beside the verdict and does not change the incident.',
  ],
  notBlind: [
    '系统已向您显示过这一事件的首次结论。您仍可作答，答案会保存，但不计入一致程度。',
    'You were shown the first verdict on this incident before. Your answer is kept, but not counted in the agreement.',
  ],
  notBlindMark: ['已看过首次结论', 'Not blind'],
  findings: [
    (n: number) => `${n} 项发现`,
    (n: number) => (n === 1 ? '1 finding' : `${n} findings`),
  ],
  finding: [
    (at: number, of: number) => `第 ${at} 项，共 ${of} 项`,
    (at: number, of: number) => `Finding ${at} of ${of}`,
  ],
  previous: ['上一项', 'Previous'],
  next: ['下一项', 'Next'],
  taken: [
    (until: string) => `他人正在查看，至 ${until}`,
    (until: string) => `Another reviewer, until ${until}`,
  ],
  back: ['返回列表', 'Back to the list'],
  saved: {
    confirmed: ['已保存第二次结论：确认', 'Second verdict kept: confirmed'],
    dismissed: ['已保存第二次结论：误报', 'Second verdict kept: dismissed'],
  },
  statuses: { confirmed: ['确认', 'Confirmed'], dismissed: ['误报', 'Dismissed'] },
  states: { open: ['待了结', 'Open'], settled: ['已了结', 'Settled'] },
  columns: {
    incident: ['事件', 'Incident'],
    first: ['首次结论', 'First verdict'],
    second: ['第二次结论', 'Second verdict'],
    settled: ['了结', 'Settled'],
  },
  noDisagreements: ['没有分歧', 'No disagreements'],
  noDisagreementsHint: [
    '两次结论不同的事件列在这里。您作首次或第二次结论的由他人了结。',
    'Incidents on which two verdicts differ are here. Those with a verdict of your own are settled by others.',
  ],
  settle: {
    title: ['两次结论不同', 'Two verdicts differ'],
    hint: [
      '打开事件查看。首次结论正确则说明原因并维持；不正确则在事件中重新打开，分歧随之了结。',
      'Look at the incident. Where the first verdict is right, keep it and say why; where it is not, reopen the incident there: that settles it, too.',
    ],
    own: [
      '第二次结论是您作的，请由他人了结。',
      'You gave the second verdict: another reviewer settles it.',
    ],
    open: ['查看事件', 'Open the incident'],
    note: ['维持首次结论的原因', 'Why the first verdict is right'],
    keep: ['维持首次结论', 'Keep the first verdict'],
    kept: ['已维持首次结论', 'The first verdict is kept'],
    how: { kept: ['维持首次结论', 'First verdict kept'], reopened: ['事件重新打开', 'Reopened'] },
    reason: ['理由', 'Reason'],
    remark: ['备注', 'Note'],
    by: ['复核人', 'Reviewer'],
    at: ['时间', 'Time'],
  },
  agreement: {
    days: {
      '30': ['30 天', '30 days'],
      '90': ['90 天', '90 days'],
      '365': ['一年', 'One year'],
    },
    period: ['时段', 'Period'],
    all: ['全部', 'All'],
    own: ['我自己', 'My own'],
    ownHint: [
      '只有您能看到：您作首次或第二次结论的事件，以及您每件的用时（中位数）。',
      'You alone see this: incidents with a first or second verdict of yours, and your median time for one.',
    ],
    given: [
      (n: number) => `您作出了 ${n} 个第二次结论`,
      (n: number) => (n === 1 ? 'You gave 1 second verdict' : `You gave ${n} second verdicts`),
    ],
    notBlind: [
      (n: number) => `另有 ${n} 件未计入：第二位复核人此前已看到首次结论。`,
      (n: number) =>
        `${n} more ${n === 1 ? 'is' : 'are'} left out: the second reviewer had been shown the first verdict before.`,
    ],
    byRule: ['按规则', 'By rule'],
    bySite: ['按厂区', 'By site'],
    kappa: ['Kappa', 'Kappa'],
    intervalHint: ['括号内为 95% 区间。', 'In brackets the 95 % interval.'],
    noInterval: ['无区间', 'no interval'],
    until: [(time: string) => `统计至 ${time}。`, (time: string) => `Counted up to ${time}.`],
    notDivided: ['不按规则和厂区显示', 'Not shown by rule and by site'],
    notDividedHint: [
      (n: number) => `有的规则或厂区首次或第二次复核人不足 ${n} 位，否则可推算出个人。`,
      (n: number) =>
        `A rule or a site has fewer than ${n} first or second reviewers: the figures would tell of single people.`,
    ],
    raw: ['相同结论', 'Same verdict'],
    pairs: ['事件数', 'Incidents'],
    median: ['用时中位数', 'Median time'],
    undefinedKappa: ['无法计算：所有结论相同', 'Not defined: all verdicts are the same'],
    fewPairs: [(n: number) => `不足 ${n} 件`, (n: number) => `Fewer than ${n}`],
    fewReviewers: [
      (n: number) => `复核人不足 ${n} 位，不显示`,
      (n: number) => `Hidden: fewer than ${n} reviewers`,
    ],
    empty: ['这段时间没有第二次结论', 'No second verdicts in this time'],
    about: [
      'Kappa 是扣除偶然一致后的一致程度：1 为完全一致，0 为与偶然相同。',
      'Kappa is the agreement beyond chance: 1 is full agreement, 0 is what chance would give.',
    ],
  },
  share: {
    title: ['第二次复核', 'Second review'],
    hint: [
      '每百个复核结论随机抽取几个，由另一位复核人再看一遍。对此后的结论有效。',
      'How many of a hundred verdicts are drawn at random and judged again by another reviewer. It counts for verdicts from now on.',
    ],
    label: ['抽取比例（%）', 'Share, %'],
    labelHint: ['0 至 50；0 为不抽取。', '0 to 50; none are drawn with 0.'],
    now: [(n: number) => `抽取 ${n}%`, (n: number) => `${n} % are drawn`],
    change: ['修改', 'Change'],
    saved: ['已保存', 'Saved'],
  },
});
