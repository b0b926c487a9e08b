import type { WorkflowDefinitionInput } from '../../platform/workflow/definition.ts';

export const DEVICE_CHECK = 'device-check';
export const FOUND = 'found';

type State = WorkflowDefinitionInput['states'][number];
type Recipient = NonNullable<State['assign']>[number];

const maintenance: Recipient = { kind: 'role', role: 'maintainer', within: 'all' };
const admin: Recipient = { kind: 'role', role: 'admin', within: 'all' };
const turn: Recipient = { kind: 'part', part: 'assignee' };

/** A device that cannot be mended from afar is looked at on site. */
export const deviceCheckFlow: WorkflowDefinitionInput = {
  id: DEVICE_CHECK,
  name: { zh: '设备现场排查', en: 'Check of a device on site' },
  subject: DEVICE_CHECK,
  states: [
    {
      id: 'open',
      name: { zh: '待排查', en: 'To be checked' },
      kind: 'initial',
      deadline: { amount: 1, unit: 'days' },
      assign: [maintenance, admin],
      notify: [turn],
      reminders: [
        { hours: 0, to: [turn], severity: 'warning' },
        { hours: 24, to: [turn, admin], severity: 'warning' },
      ],
    },
    { id: 'done', name: { zh: '已处理', en: 'Done' }, kind: 'final' },
    { id: 'dropped', name: { zh: '无需排查', en: 'Not needed' }, kind: 'final' },
  ],
  transitions: [
    {
      id: FOUND,
      name: { zh: '登记结果', en: 'Enter what was found' },
      from: ['open'],
      to: 'done',
      permission: 'camera:diagnose',
      mandatory: true,
      fields: [
        {
          id: 'found',
          name: { zh: '现场情况与处理', en: 'What was found and done' },
          type: 'text',
          required: true,
        },
      ],
    },
    {
      id: 'drop',
      name: { zh: '无需排查', en: 'Not needed' },
      from: ['open'],
      to: 'dropped',
      permission: 'camera:diagnose',
      fields: [{ id: 'found', name: { zh: '理由', en: 'Why' }, type: 'text', required: true }],
    },
  ],
};
