import type { WorkflowDefinitionInput } from '../../platform/workflow/definition.ts';

export const PERMIT = 'permit';
export const APPROVE = 'approve';
/** Steps after which work goes on: within the times of the permit only. */
export const BEGINS: readonly string[] = ['begin', 'resume'];
/** The end by itself, which no person takes. */
export const EXPIRE = 'expire';

type State = WorkflowDefinitionInput['states'][number];
type Recipient = NonNullable<State['assign']>[number];
type Field = NonNullable<WorkflowDefinitionInput['transitions'][number]['fields']>[number];

const applicant: Recipient = { kind: 'part', part: 'starter' };
const turn: Recipient = { kind: 'part', part: 'assignee' };
const safety: Recipient = { kind: 'role', role: 'safety-officer', within: 'all' };
const head: Recipient = { kind: 'role', role: 'safety-head', within: 'all' };

const reason: Field = {
  id: 'reason',
  name: { zh: '原因', en: 'Why' },
  type: 'text',
  required: true,
};
const cleared: Field = {
  id: 'cleared',
  name: { zh: '现场确认（人员撤离、现场恢复）', en: 'Site: people out, place restored' },
  type: 'text',
  required: true,
};
/** Nobody approves or resumes work that the same person applied for. */
const another = { permission: 'permit:approve' as const, notParts: ['starter'] };
const expiring = ['draft', 'submitted', 'approved', 'active', 'suspended'];

/**
 * A permit for special work. It holds while it is active and within its times. Gas tests, levels and
 * sign-offs of GB 30871 are not part of it.
 */
export const permitFlow: WorkflowDefinitionInput = {
  id: PERMIT,
  name: { zh: '特殊作业票', en: 'Work permit' },
  subject: PERMIT,
  states: [
    { id: 'draft', name: { zh: '草稿', en: 'Draft' }, kind: 'initial', assign: [applicant] },
    {
      id: 'submitted',
      name: { zh: '待批准', en: 'To be approved' },
      kind: 'normal',
      assign: [safety, head],
      notify: [turn],
    },
    {
      id: 'approved',
      name: { zh: '已批准', en: 'Approved' },
      kind: 'normal',
      assign: [applicant],
      notify: [turn],
    },
    {
      id: 'active',
      name: { zh: '作业中', en: 'Active' },
      kind: 'normal',
      // Each permit has its own end in place of it.
      deadline: { amount: 30, unit: 'days' },
      assign: [applicant],
      reminders: [{ hours: -0.5, to: [turn], severity: 'warning' }],
    },
    {
      id: 'suspended',
      name: { zh: '已中止', en: 'Suspended' },
      kind: 'normal',
      assign: [safety, head],
      notify: [applicant, turn],
    },
    { id: 'closed', name: { zh: '已关闭', en: 'Closed' }, kind: 'final' },
    { id: 'expired', name: { zh: '已到期', en: 'Expired' }, kind: 'final', notify: [applicant] },
    {
      id: 'cancelled',
      name: { zh: '已取消', en: 'Cancelled' },
      kind: 'final',
      notify: [applicant],
    },
  ],
  transitions: [
    {
      id: 'apply',
      name: { zh: '提交', en: 'Submit' },
      from: ['draft'],
      to: 'submitted',
      permission: 'permit:apply',
    },
    {
      id: APPROVE,
      name: { zh: '批准', en: 'Approve' },
      from: ['submitted'],
      to: 'approved',
      ...another,
      mandatory: true,
    },
    {
      id: 'return',
      name: { zh: '退回', en: 'Return' },
      from: ['submitted'],
      to: 'draft',
      permission: 'permit:approve',
      fields: [reason],
    },
    {
      id: 'begin',
      name: { zh: '开始作业', en: 'Begin work' },
      from: ['approved'],
      to: 'active',
      permission: 'permit:apply',
    },
    {
      id: 'close',
      name: { zh: '关闭', en: 'Close' },
      from: ['active', 'suspended'],
      to: 'closed',
      permission: 'permit:apply',
      fields: [cleared],
    },
    {
      id: 'suspend',
      name: { zh: '中止', en: 'Suspend' },
      from: ['active'],
      to: 'suspended',
      permission: 'permit:stop',
      fields: [reason],
    },
    {
      id: 'resume',
      name: { zh: '恢复', en: 'Resume' },
      from: ['suspended'],
      to: 'active',
      ...another,
      fields: [reason],
    },
    {
      id: 'cancel',
      name: { zh: '取消', en: 'Cancel' },
      from: ['draft', 'submitted'],
      to: 'cancelled',
      permission: 'permit:apply',
      fields: [reason],
    },
    {
      id: 'revoke',
      name: { zh: '撤销', en: 'Revoke' },
      from: ['approved', 'active', 'suspended'],
      to: 'cancelled',
      permission: 'permit:stop',
      fields: [reason],
    },
    {
      id: EXPIRE,
      name: { zh: '到期', en: 'Expire' },
      from: expiring,
      to: 'expired',
      permission: 'permit:stop',
    },
  ],
};
