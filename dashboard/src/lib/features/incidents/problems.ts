import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'incident.unknown': ['没有这个事件。', 'There is no such incident.'],
  'incident.version-conflict': [
    '事件已发生变化，请查看后再试。',
    'The incident changed meanwhile; look at it and try again.',
  ],
  'incident.already-so': ['事件已是该状态。', 'The incident already has this status.'],
  'incident.decided': [
    '事件已有其他结论：请移除或拆分新发现，或重新打开后再作结论。',
    'The incident has another verdict: take out or split off what is new, or reopen it and decide anew.',
  ],
  'incident.reason-needs-look': [
    '该原因会用于训练模型，不能批量给出，请逐件查看后驳回。',
    'This reason teaches the models: look at each incident and dismiss it alone.',
  ],
  'incident.names-person': [
    '事件涉及具体人员，将写入其安全档案，请单独查看后确认。',
    'The incident names a person and goes into that safety file: look at it and confirm it alone.',
  ],
  'incident.others-verdict': [
    '事件已有他人的结论，不能批量处理，请单独查看。',
    'The incident has a verdict of another reviewer: look at it and decide it alone.',
  ],
  'incident.claimed': ['其他复核人正在查看这件事件。', 'Another reviewer looks at this incident.'],
  'incident.not-waiting': [
    '事件没有待复核的发现，无需认领。',
    'The incident waits for no verdict; there is nothing to claim.',
  ],
  'incident.not-reviewer': [
    '此人不能复核这件事件，请另选一人。',
    'This account may not review the incident; choose another one.',
  ],
  'incident.finding-unknown': [
    '该发现已不在本事件中，请刷新。',
    'The finding is no longer in this incident; reload it.',
  ],
  'incident.finding-decided': [
    '已有结论的发现不能移动，请先重新打开事件。',
    'A finding with a verdict is not moved; reopen the incident first.',
  ],
  'incident.last-finding': [
    '事件中至少保留一项发现；如全部不成立，请驳回事件。',
    'One finding has to stay; to reject all of them, dismiss the incident.',
  ],
  'incident.not-joinable': [
    '这两个事件不能合并：须为同一厂区的人员事件，发现合计不超过 100 项，且其中一个尚无结论。',
    'These two cannot be joined: both are about people, of one site, with at most 100 findings together, and one has no verdict yet.',
  ],
  'incident.nothing-to-undo': [
    '没有可撤销的调整：已撤销，其发现已有结论，或之后又被移到别处（请先撤销那次调整）。',
    'There is nothing to undo: it was undone, or its findings were decided or moved on since. Undo the later change first.',
  ],
  'incident.site-unknown': ['没有这个厂区。', 'There is no such site.'],
  'incident.setting-conflict': [
    '其他人已修改，请重新打开后再试。',
    'Someone else changed this meanwhile; open it again.',
  ],
});
