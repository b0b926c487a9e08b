import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'workflow.already-open': [
    '这条记录已在流程中，请在原事项上继续。',
    'The record is in a workflow already: go on with the open case.',
  ],
  'workflow.version-conflict': [
    '别人刚刚处理了这条记录，请查看当前状态后再决定。',
    'Someone else has just moved this record: look at it as it is now, and decide again.',
  ],
  'workflow.transition': [
    '当前状态不能进行这一步，请刷新后再操作。',
    'This step is not possible in the present state: reload, and take one that is.',
  ],
  'workflow.out-of-reach': [
    '这条记录不在你的管理范围内，请找负责该部门或厂区的人员。',
    'The record is outside of your reach: ask someone who is in charge of its department or site.',
  ],
  'workflow.not-yours': [
    '这一步由指定的处理人完成；审核人可以改派给你。',
    'Only the assignees may do this step; a reviewer can assign it to you.',
  ],
  'workflow.separation': [
    '职责分离：不能审核自己上报或整改的记录，请由其他人处理。',
    'Separation of duties: you cannot judge what you reported or rectified. Someone else has to.',
  ],
  'workflow.incomplete': [
    '还缺少必填内容，请补全后再提交。',
    'Something is missing. Fill in what is marked, and send it again.',
  ],
  'workflow.invalid': [
    '流程有错误，未保存，请更正标出的内容。',
    'The workflow has faults, and was not saved. Correct what is marked.',
  ],
  'workflow.definition-conflict': [
    '别人刚刚修改了这个流程，请在新版本上重新修改。',
    'Someone else has just changed the workflow: make your change again on the new version.',
  ],
});
