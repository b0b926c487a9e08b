import type { WorkflowDefinitionInput } from '../../platform/workflow/definition.ts';

export const MODEL_REVIEW = 'model-review';

type State = WorkflowDefinitionInput['states'][number];
type Step = WorkflowDefinitionInput['transitions'][number];
type Recipient = NonNullable<State['assign']>[number];
type Field = NonNullable<Step['fields']>[number];

const owner: Recipient = { kind: 'role', role: 'safety-head', within: 'all' };
/** Fallback where the safety department has no head, or it is barred. */
const admin: Recipient = { kind: 'role', role: 'admin', within: 'all' };
const management: Recipient = { kind: 'role', role: 'manager', within: 'all' };
const turn: Recipient = { kind: 'part', part: 'assignee' };

/** A week before the deadline, at the deadline, then escalating. */
const escalation: State['reminders'] = [
  { hours: -7 * 24, to: [turn], severity: 'info' },
  { hours: 0, to: [turn, owner], severity: 'warning' },
  { hours: 7 * 24, to: [turn, owner, admin], severity: 'warning' },
  { hours: 21 * 24, to: [owner, admin, management], severity: 'critical' },
];

const reason: Field = {
  id: 'reason',
  name: { zh: '理由', en: 'Why' },
  type: 'text',
  required: true,
};
const newVersion: Field = {
  id: 'new-version',
  name: { zh: '新版本', en: 'New version' },
  type: 'text',
  required: true,
};
const manage = { permission: 'model:manage', mandatory: true } as const;

/**
 * The half-yearly review of the recognition models: keep, retrain, or replace. A replacement
 * requires a bench result; until then the review stays open, and escalates.
 */
export const modelReviewFlow: WorkflowDefinitionInput = {
  id: MODEL_REVIEW,
  name: { zh: '识别模型复审', en: 'Review of the models' },
  subject: MODEL_REVIEW,
  states: [
    {
      id: 'review',
      name: { zh: '待复审', en: 'To be reviewed' },
      kind: 'initial',
      deadline: { amount: 30, unit: 'days' },
      assign: [owner, admin],
      notify: [turn],
      reminders: escalation,
    },
    {
      id: 'retraining',
      name: { zh: '重新训练中', en: 'Being trained again' },
      kind: 'normal',
      deadline: { amount: 90, unit: 'days' },
      assign: [turn, owner, admin],
      notify: [turn],
      reminders: escalation,
    },
    {
      id: 'kept',
      name: { zh: '沿用现有版本', en: 'Kept' },
      kind: 'final',
      notify: [owner, management],
    },
    {
      id: 'replaced',
      name: { zh: '已换新版本', en: 'Replaced' },
      kind: 'final',
      notify: [owner, management],
    },
  ],
  transitions: [
    {
      id: 'keep',
      name: { zh: '沿用', en: 'Keep' },
      from: ['review', 'retraining'],
      to: 'kept',
      ...manage,
      fields: [reason],
    },
    {
      id: 'retrain',
      name: { zh: '重新训练', en: 'Train again' },
      from: ['review'],
      to: 'retraining',
      permission: 'model:manage',
      fields: [reason],
    },
    {
      id: 'replace',
      name: { zh: '更换版本', en: 'Replace' },
      from: ['review', 'retraining'],
      to: 'replaced',
      ...manage,
      fields: [newVersion, reason],
      evidence: { min: 1, kinds: ['document'] },
    },
  ],
};
