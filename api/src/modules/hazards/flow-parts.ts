import type { WorkflowDefinitionInput } from '../../platform/workflow/definition.ts';

export type State = WorkflowDefinitionInput['states'][number];
export type Step = WorkflowDefinitionInput['transitions'][number];
type Field = NonNullable<Step['fields']>[number];
type Recipient = NonNullable<State['assign']>[number];

export const safety: Recipient = { kind: 'role', role: 'safety-officer', within: 'all' };
/** Fallback where there is no officer, or each is barred by an earlier step. */
export const safetyHead: Recipient = { kind: 'role', role: 'safety-head', within: 'all' };
export const head: Recipient = { kind: 'role', role: 'head', within: 'department' };
export const management: Recipient = { kind: 'role', role: 'manager', within: 'all' };
export const part = (id: string): Recipient => ({ kind: 'part', part: id });

/** Deadline reminders: first to the assignee, then escalating. */
export const escalation: State['reminders'] = [
  { hours: -24, to: [part('assignee')], severity: 'info' },
  { hours: 0, to: [part('assignee'), head], severity: 'warning' },
  { hours: 24, to: [part('assignee'), head, safety], severity: 'warning' },
  { hours: 72, to: [head, safety, management], severity: 'critical' },
];

export const field = (
  id: string,
  zh: string,
  en: string,
  type: Field['type'],
  more: Partial<Field> = {},
): Field => ({ id, name: { zh, en }, type, required: true, ...more });

export const department = field('department', '责任部门', 'Department in charge', 'department', {
  required: false,
});
export const assignee = field('assignee', '整改责任人', 'Who rectifies', 'user', {
  required: false,
  part: 'rectifier',
});
export const dueBy = field('due-by', '整改期限', 'Rectify by', 'date', { required: false });
export const measures = field('measures', '整改措施', 'What was done', 'text');
export const cost = field('cost', '整改费用（元）', 'Cost in yuan', 'number', { required: false });
export const reason = field('reason', '原因', 'Reason', 'text');

/** Separation of duties: users do not review or accept what they reported or rectified. */
export const separated = {
  notParts: ['reporter', 'rectifier', 'responsible'],
  notFiredBy: ['start', 'submit', 'submit-plan', 'submit-major'],
};
export const photoOrVideo = { min: 1, kinds: ['photo', 'video'] } satisfies Step['evidence'];
