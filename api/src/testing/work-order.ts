import type { WorkflowDefinitionInput } from '../platform/workflow/definition.ts';

/** A minimal work order workflow: it has nothing to do with hazards and uses the same engine. */
export const workOrder: WorkflowDefinitionInput = {
  id: 'work-order',
  name: { zh: '检修工单', en: 'Work order' },
  subject: 'work-order',
  parts: [{ id: 'requester', name: { zh: '申请人', en: 'Requester' } }],
  states: [
    {
      id: 'requested',
      name: { zh: '待派工', en: 'Requested' },
      kind: 'initial',
      deadline: { amount: 2, unit: 'working-days' },
      assign: [{ kind: 'role', role: 'order-head', within: 'department' }],
    },
    {
      id: 'repairing',
      name: { zh: '检修中', en: 'Being repaired' },
      kind: 'normal',
      deadline: { amount: 24, unit: 'hours' },
      assign: [
        { kind: 'part', part: 'mechanic' },
        { kind: 'role', role: 'order-head', within: 'department' },
      ],
      notify: [{ kind: 'part', part: 'requester' }],
      reminders: [
        { hours: -4, to: [{ kind: 'part', part: 'assignee' }], severity: 'info' },
        {
          hours: 8,
          to: [{ kind: 'role', role: 'order-head', within: 'department' }],
          severity: 'warning',
        },
        {
          hours: 48,
          to: [{ kind: 'role', role: 'order-boss', within: 'all' }],
          severity: 'critical',
        },
      ],
    },
    {
      id: 'checking',
      name: { zh: '待验收', en: 'To be checked' },
      kind: 'normal',
      deadline: { amount: 8, unit: 'working-hours' },
      assign: [
        { kind: 'part', part: 'requester' },
        { kind: 'role', role: 'order-head', within: 'department' },
        { kind: 'role', role: 'order-boss', within: 'all' },
      ],
    },
    {
      id: 'done',
      name: { zh: '已完成', en: 'Done' },
      kind: 'final',
      notify: [{ kind: 'part', part: 'requester' }],
    },
    { id: 'refused', name: { zh: '已驳回', en: 'Refused' }, kind: 'final' },
  ],
  transitions: [
    {
      id: 'hand-out',
      name: { zh: '派工', en: 'Hand out' },
      from: ['requested'],
      to: 'repairing',
      permission: 'workflow:manage',
      mandatory: true,
      fields: [
        {
          id: 'mechanic',
          name: { zh: '检修人', en: 'Mechanic' },
          type: 'user',
          required: true,
          part: 'mechanic',
        },
        {
          id: 'urgency',
          name: { zh: '紧急程度', en: 'Urgency' },
          type: 'choice',
          required: false,
          choices: [
            { id: 'now', name: { zh: '立即', en: 'Now' } },
            { id: 'later', name: { zh: '可缓', en: 'Later' } },
          ],
        },
      ],
    },
    {
      id: 'refuse',
      name: { zh: '驳回', en: 'Refuse' },
      from: ['requested'],
      to: 'refused',
      permission: 'workflow:manage',
      notParts: ['requester'],
      fields: [{ id: 'reason', name: { zh: '原因', en: 'Reason' }, type: 'text', required: true }],
    },
    {
      id: 'report-done',
      name: { zh: '报完工', en: 'Report done' },
      from: ['repairing'],
      to: 'checking',
      permission: 'workflow:read',
      assigneesOnly: true,
      mandatory: true,
      fields: [
        { id: 'hours', name: { zh: '工时', en: 'Hours' }, type: 'number', required: true },
        {
          id: 'finished-on',
          name: { zh: '完工日', en: 'Finished on' },
          type: 'date',
          required: false,
        },
      ],
      evidence: { min: 1, kinds: ['photo', 'video'] },
    },
    {
      id: 'send-back',
      name: { zh: '返工', en: 'Send back' },
      from: ['checking'],
      to: 'repairing',
      permission: 'workflow:read',
      notParts: ['mechanic'],
      notFiredBy: ['report-done'],
    },
    {
      id: 'check',
      name: { zh: '验收', en: 'Check' },
      from: ['checking'],
      to: 'done',
      permission: 'workflow:read',
      mandatory: true,
      notParts: ['mechanic'],
      notFiredBy: ['report-done'],
    },
  ],
};
