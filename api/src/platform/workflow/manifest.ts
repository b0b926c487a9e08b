import type { ModuleManifest } from '../manifest.ts';

export const manifest = {
  name: 'workflow',
  folders: ['platform/workflow'],
  permissions: {
    'workflow:read': { zh: '查看流程配置', en: 'See workflows', undivided: true },
    'workflow:manage': { zh: '修改流程配置', en: 'Change workflows', undivided: true },
  },
  grants: {
    manager: ['workflow:read@all'],
    'safety-officer': ['workflow:read@all'],
    'safety-head': ['workflow:read@all', 'workflow:manage@all'],
    'help-desk': ['workflow:read@all'],
    admin: ['workflow:read@all'],
  },
  problems: {
    'workflow.unknown': [404, 'There is no such workflow', 'See the list of workflows.'],
    'workflow.case-unknown': [404, 'There is no such case', 'It may belong to another company.'],
    'workflow.already-open': [
      409,
      'The record is in a workflow already',
      'Continue with the open case.',
    ],
    'workflow.version-conflict': [
      409,
      'Someone else moved the case meanwhile',
      'Look at the case in current, and decide again with its version.',
    ],
    'workflow.transition': [
      409,
      'The case is not in a state for this step',
      'Reload it, and take one of the steps that are possible.',
    ],
    'workflow.out-of-reach': [
      403,
      'The record is outside the scope of your role',
      'Ask someone who is in charge of its department or site.',
    ],
    'workflow.not-yours': [
      403,
      'It is not your turn',
      'Only the assignees may do this step; a reviewer can assign it to you.',
    ],
    'workflow.separation': [
      403,
      'Separation of duties',
      'Nobody reviews what they reported or rectified. Someone else has to.',
    ],
    'workflow.incomplete': [
      422,
      'The step lacks something',
      'Give what is named in errors, and send it again.',
    ],
    'workflow.invalid': [
      422,
      'The workflow has faults',
      'Correct what is named in faults; nothing was saved.',
    ],
    'workflow.definition-conflict': [
      409,
      'Someone else changed the workflow meanwhile',
      'Look at current, and make your change again on its version.',
    ],
  },
  noticeKinds: {
    'workflow.assigned': { zh: '新任务', en: 'A task is yours', channels: 'work', link: 'record' },
    'workflow.entered': {
      zh: '流程进展',
      en: 'A case moved on',
      channels: 'usual',
      link: 'record',
    },
    'workflow.reminder': {
      zh: '任务将到期',
      en: 'A task is due soon',
      channels: 'work',
      link: 'record',
    },
    'workflow.overdue': {
      zh: '任务已超期',
      en: 'A task is overdue',
      channels: 'work',
      link: 'record',
    },
    'workflow.escalated': {
      zh: '任务升级',
      en: 'A task was escalated to you',
      channels: 'work',
      link: 'record',
    },
  },
  audit: {
    entities: { workflow: { zh: '流程配置', en: 'workflow' } },
    actions: {
      'workflow-start': { zh: '发起了流程：', en: 'began the workflow of' },
      'workflow-step': { zh: '办理了流程：', en: 'moved on the workflow of' },
      'workflow-reassign': { zh: '改派了', en: 'reassigned' },
      'workflow-overdue': { zh: '记录了逾期：', en: 'noted as overdue:' },
    },
  },
  tables: ['workflow_definition', 'workflow_case', 'workflow_step', 'workflow_reminder'],
  published: ['workflow_step'],
  liveTopics: { tasks: { permission: 'self' } },
} as const satisfies ModuleManifest;
