import type { WorkflowDefinitionInput } from '../../platform/workflow/definition.ts';

export const DEVICE_FINDING = 'device-finding';
export const CURE = 'cure';
export const ACCEPT = 'accept';

type State = WorkflowDefinitionInput['states'][number];
type Recipient = NonNullable<State['assign']>[number];

const maintenance: Recipient = { kind: 'role', role: 'maintainer', within: 'all' };
const safety: Recipient = { kind: 'role', role: 'safety-head', within: 'all' };
const admin: Recipient = { kind: 'role', role: 'admin', within: 'all' };
const turn: Recipient = { kind: 'part', part: 'assignee' };

/**
 * A device whose protection does not suit its place: it is replaced or moved, which its file or that
 * of the area says, or safety accepts it with a reason.
 */
export const deviceFindingFlow: WorkflowDefinitionInput = {
  id: DEVICE_FINDING,
  name: { zh: '设备防护不符', en: 'Protection of a device' },
  subject: DEVICE_FINDING,
  states: [
    {
      id: 'open',
      name: { zh: '待处理', en: 'To be settled' },
      kind: 'initial',
      deadline: { amount: 30, unit: 'days' },
      assign: [maintenance, safety, admin],
      notify: [turn],
      reminders: [
        { hours: -7 * 24, to: [turn], severity: 'info' },
        { hours: 0, to: [turn, safety], severity: 'warning' },
        { hours: 14 * 24, to: [safety, admin], severity: 'warning' },
      ],
    },
    { id: 'cured', name: { zh: '已符合', en: 'Settled' }, kind: 'final' },
    { id: 'accepted', name: { zh: '已接受', en: 'Accepted' }, kind: 'final', notify: [safety] },
  ],
  transitions: [
    {
      id: CURE,
      name: { zh: '已符合', en: 'Settled' },
      from: ['open'],
      to: 'cured',
      permission: 'device-file:manage',
    },
    {
      id: ACCEPT,
      name: { zh: '接受', en: 'Accept' },
      from: ['open'],
      to: 'accepted',
      permission: 'device-file:accept',
      mandatory: true,
      fields: [{ id: 'reason', name: { zh: '理由', en: 'Why' }, type: 'text', required: true }],
    },
  ],
};
