import type { WorkflowDefinitionInput } from '../../platform/workflow/definition.ts';

export const OBJECTION = 'violation-objection';
/** The entry stays. */
export const UPHOLD = 'uphold';
/** The entry counts no more. */
export const WITHDRAW = 'withdraw';
/** The entry went for another reason, so there is nothing to decide: a step that no person takes. */
export const LAPSE = 'lapse';

type State = WorkflowDefinitionInput['states'][number];
type Recipient = NonNullable<State['assign']>[number];

const role = (id: string): Recipient => ({ kind: 'role', role: id, within: 'all' });
const turn: Recipient = { kind: 'part', part: 'assignee' };
const reason = {
  id: 'reason',
  name: { zh: '理由', en: 'Why' },
  type: 'text' as const,
  required: true,
};
/** Not the person, not who gave a verdict, and not who may have been the one. */
const another = {
  permission: 'objection:decide' as const,
  notParts: ['starter', 'reviewer', 'concerned'],
};

/** An objection of a person to an entry in the own file. */
export const objectionFlow: WorkflowDefinitionInput = {
  id: OBJECTION,
  name: { zh: '违章异议', en: 'Objection to a violation' },
  subject: OBJECTION,
  parts: [
    { id: 'reviewer', name: { zh: '原复核人', en: 'Who gave a verdict' } },
    { id: 'concerned', name: { zh: '可能涉及的人员', en: 'Who may have been the one' } },
  ],
  states: [
    {
      id: 'filed',
      name: { zh: '待裁定', en: 'To be decided' },
      kind: 'initial',
      deadline: { amount: 10, unit: 'working-days' },
      assign: [role('safety-head'), role('manager'), role('safety-officer')],
      notify: [turn],
      reminders: [
        { hours: -24, to: [turn], severity: 'info' },
        { hours: 0, to: [turn, role('manager')], severity: 'warning' },
      ],
    },
    { id: 'upheld', name: { zh: '维持记录', en: 'Entry upheld' }, kind: 'final' },
    { id: 'withdrawn', name: { zh: '撤销记录', en: 'Entry withdrawn' }, kind: 'final' },
    { id: 'lapsed', name: { zh: '无需裁定', en: 'Nothing left to decide' }, kind: 'final' },
  ],
  transitions: [
    {
      id: UPHOLD,
      name: { zh: '维持', en: 'Uphold the entry' },
      from: ['filed'],
      to: 'upheld',
      ...another,
      mandatory: true,
      fields: [reason],
    },
    {
      id: WITHDRAW,
      name: { zh: '撤销', en: 'Withdraw the entry' },
      from: ['filed'],
      to: 'withdrawn',
      ...another,
      mandatory: true,
      fields: [reason],
    },
    {
      id: LAPSE,
      name: { zh: '终止', en: 'End without a decision' },
      from: ['filed'],
      to: 'lapsed',
      permission: 'objection:decide',
    },
  ],
};
