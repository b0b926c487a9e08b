import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'gate.unknown': ['没有这条记录，或您无权查看。', 'There is no such decision within your reach.'],
  'gate.override-unknown': ['没有这项放行。', 'There is no such override within your reach.'],
  'gate.no-point': ['没有这个门禁点。', 'There is no such point.'],
  'gate.version-conflict': [
    '其他人已修改，请重新打开后再试。',
    'Someone else changed this meanwhile; open it again.',
  ],
  'gate.point-taken': [
    '该名称的门禁点已登记，请打开已有的。',
    'A point with this name is there already; open that one.',
  ],
  'gate.point-fields': [
    '请填写设备或区域；一台设备只有一个开机点，受控停机设备须为在用的设备控制器。',
    'Name a machine or an area; a machine has one point, and a stop needs a control of a machine in use.',
  ],
  'gate.point-unknown': ['该门禁点未登记。', 'The point is not registered.'],
  'gate.out-of-use': ['该门禁点已停用。', 'The point is out of use.'],
  'gate.key-taken': ['请重新刷卡。', 'Show the card again.'],
  'gate.clock': ['门禁点的时钟超前，请校时。', 'The clock of the point is ahead; set it.'],
  'gate.late': ['请求已超过两分钟，请重新刷卡。', 'The request is too old; show the card again.'],
  'gate.edge-off': ['该门禁点未启用离线许可。', 'Edge permits are off at this point.'],
  'gate.edge-not-ready': ['许可清单正在生成。', 'The list of permits is being made.'],
  'gate.edge-old': [
    '该判断已超过 30 天，不再接收。',
    'The decision is more than 30 days old and is not taken.',
  ],
  'gate.final': [
    '最终拒绝，任何人不得放行：请消除原因。',
    'This refusal is final and never overridden: mend the cause.',
  ],
  'gate.own': [
    '这是您本人的记录，须由他人处理。',
    'It is your own refusal; another person decides.',
  ],
  'gate.not-to-override': [
    '没有可放行的内容：仅限一小时内、您管辖范围内的拒绝。',
    'There is nothing to override: only refusals of the last hour within your reach.',
  ],
  'gate.no-person': [
    '该账号没有对应的人员，请使用工牌。',
    'This account belongs to no person; show a card.',
  ],
});
