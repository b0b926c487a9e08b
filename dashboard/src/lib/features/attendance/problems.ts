import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'attendance.no-person': [
    '您的账号没有关联在职人员，请联系管理员。',
    'Your account belongs to no person who works here; ask the administrator to link it.',
  ],
  'attendance.key-used': [
    '这次打卡与另一条冲突，请重新打卡。',
    'This press is in conflict with another one; press again.',
  ],
  'attendance.too-old': [
    '打卡已超过七天，请申请补卡。',
    'The press is older than seven days; ask for a correction.',
  ],
  'attendance.correction-unknown': [
    '没有这条申请，或您无权查看。',
    'There is no such request within your reach.',
  ],
  'attendance.correction-version-conflict': [
    '该申请已有变化，请重新打开。',
    'The request has changed meanwhile; open it again.',
  ],
  'attendance.when': [
    '只能补过去 31 天内、尚无同类打卡的时间。',
    'Take a time of the last 31 days at which there is no such event.',
  ],
  'attendance.asked-already': [
    '已申请过，请等待审批或先撤回。',
    'It is asked for already: wait for the decision, or withdraw it.',
  ],
  'attendance.decided': ['该申请已审批或撤回。', 'The request is decided or withdrawn already.'],
  'attendance.own': ['不能审批本人的申请。', 'Another person has to decide your own request.'],
  'attendance.site-unknown': [
    '没有这个厂区，或您无权设置。',
    'There is no such site within your reach.',
  ],
  'attendance.setting-version-conflict': [
    '其他人已修改该设置，请重新打开。',
    'Someone else changed the setting meanwhile; open it again.',
  ],
  'attendance.known': ['已有这些打卡记录。', 'These clock events are there already.'],
});
