import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'hazard.exists': [
    '这个编号属于另一条上报，请重新上报。',
    'This id belongs to another report: report it anew.',
  ],
  'hazard.type-unknown': [
    '没有这种隐患类型，或已停用，请另选一种。',
    'There is no such type of hazard, or it is not in use: choose another.',
  ],
  'hazard.place-unknown': [
    '没有这个地点，请重新选择。',
    'There is no such place: choose it again.',
  ],
  'hazard.needs-media': [
    '请附上隐患的照片或视频，或用文字描述。',
    'Show the hazard in a photo or video, or describe it in words.',
  ],
  'hazard.evidence-reused': [
    '这个文件之前提交过，请拍摄现场现在的照片或视频。',
    'This file was handed in before: take a new photo or video of the place as it is now.',
  ],
  'hazard.penalty-exists': [
    '对此人的这项认定已有决定，请查看决定列表。',
    'This was decided before: see the list of decisions.',
  ],
  'hazard.due-date': [
    '期限已过，请选择今后一年内的日期。',
    'The time limit has passed already: choose a day to come, within a year.',
  ],
  'hazard.routing-conflict': [
    '别人刚刚修改了分派规则，请重新载入后再修改。',
    'Someone else has just changed the routing: load it again, and repeat your change.',
  ],
});
