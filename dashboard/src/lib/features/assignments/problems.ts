import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'assignment.unknown': ['没有这项作业，或您无权查看。', 'There is no such job within your reach.'],
  'assignment.place': [
    '这个地点不归您安排。',
    'This place is not yours to plan: ask who is in charge there.',
  ],
  'assignment.version-conflict': [
    '其他人已修改这项作业，请核对后再试。',
    'Someone else changed this job meanwhile; look at it again.',
  ],
  'assignment.key-taken': ['请重新打开表单后再试。', 'Open the form again, and save it then.'],
  'assignment.fields': ['作业填写有误。', 'The job cannot be entered so.'],
  'assignment.state': [
    '作业的状态不允许这样做：已完成或已取消的不能更改，进行中的不能改地点与开始时间。',
    'The state of the job does not allow it: done and cancelled ones stay as they are, and running ones keep place and begin.',
  ],
  'assignment.time': [
    '时间不允许：最长 7 天，须在将来结束；最早提前 30 分钟开始。',
    'The time does not allow it: 7 days at most, an end in the future, and a begin 30 minutes early at most.',
  ],
  'assignment.refused': [
    '此人不能做这项作业，请改派他人。',
    'The person may not do this job; choose another one.',
  ],
  'assignment.reason-needed': [
    '须由有权人员填写理由后安排；特种作业不得放行。',
    'A person with the right assigns with a reason; special work is never overridden.',
  ],
  'assignment.busy': [
    '该时段已有其他安排，请改派他人或改时间。',
    'Assigned elsewhere at this time; choose another person or time.',
  ],
  'assignment.crew-refused': [
    '已安排的人员中有人不能这样做，请先取消其安排。',
    'Some of the crew may not do it so; take them off the job first.',
  ],
  'assignment.crew-short': [
    '人数不足，请先安排够人员。',
    'The crew is too small; assign more people first.',
  ],
});
