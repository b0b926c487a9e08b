import { describe, expect, it } from 'vitest';
import { workOrder } from '../../testing/work-order.ts';
import { type WorkflowDefinition, workflowDefinition } from './definition.ts';
import { keepsMandatory } from './mandatory.ts';
import { validateWorkflow } from './validate.ts';

const product = workflowDefinition.parse(workOrder);
const known = { roles: new Set(['order-head', 'order-boss']), users: new Set<string>() };

const changed = (change: (definition: WorkflowDefinition) => void) => {
  const copy = structuredClone(product);
  change(copy);
  return copy;
};
const faults = (change: (definition: WorkflowDefinition) => void) =>
  validateWorkflow(changed(change), known).map(({ code, path }) => `${code} ${path}`);
const state = (definition: WorkflowDefinition, id: string) =>
  definition.states.find((one) => one.id === id)!;
const step = (definition: WorkflowDefinition, id: string) =>
  definition.transitions.find((one) => one.id === id)!;

describe('the validation of a workflow', () => {
  it('finds no fault in a valid one', () => {
    expect(validateWorkflow(product, known)).toEqual([]);
  });

  it.each<[string, (definition: WorkflowDefinition) => void, string[]]>([
    [
      'a dead end',
      (d) => {
        d.transitions = d.transitions.filter(({ id }) => id !== 'check' && id !== 'send-back');
      },
      ['dead-end states[repairing]', 'dead-end states[checking]', 'orphan states[done]'],
    ],
    [
      'an orphan',
      (d) => {
        d.states.push({ ...state(d, 'refused'), id: 'nowhere', kind: 'normal' });
      },
      ['orphan states[nowhere]', 'dead-end states[nowhere]'],
    ],
    [
      'two beginnings',
      (d) => {
        state(d, 'checking').kind = 'initial';
      },
      ['initial states'],
    ],
    [
      'no end',
      (d) => {
        for (const one of d.states) if (one.kind === 'final') one.kind = 'normal';
      },
      ['final states'],
    ],
    [
      'a step from an end',
      (d) => {
        step(d, 'check').from.push('done');
      },
      ['from-final transitions[check].from'],
    ],
    [
      'a duplicate state',
      (d) => {
        d.states.push({ ...state(d, 'refused') });
      },
      ['twice states[refused]'],
    ],
    [
      'a duplicate step',
      (d) => {
        d.transitions.push(step(d, 'check'));
      },
      ['twice transitions[check]'],
    ],
    [
      'an unknown state',
      (d) => {
        step(d, 'check').to = 'gone';
      },
      [
        'unknown-state transitions[check]',
        'dead-end states[repairing]',
        'dead-end states[checking]',
        'orphan states[done]',
      ],
    ],
    [
      'an unknown role',
      (d) => {
        state(d, 'requested').assign = [{ kind: 'role', role: 'ghost', within: 'all' }];
      },
      ['unknown-role states[requested].assign[0]'],
    ],
    [
      'an unknown user',
      (d) => {
        state(d, 'requested').notify = [{ kind: 'user', user: 'ghost' }];
      },
      ['unknown-user states[requested].notify[0]'],
    ],
    [
      'an unknown part',
      (d) => {
        step(d, 'check').notParts = ['ghost'];
      },
      ['unknown-part transitions[check].notParts'],
    ],
    [
      'a step that bars an unknown one',
      (d) => {
        step(d, 'check').notFiredBy = ['ghost'];
      },
      ['unknown-transition transitions[check].notFiredBy'],
    ],
    [
      'an unknown permission',
      (d) => {
        step(d, 'check').permission = 'ghost:walk' as 'workflow:read';
      },
      ['unknown-permission transitions[check].permission'],
    ],
    [
      'a reminder without a time limit',
      (d) => {
        state(d, 'repairing').deadline = null;
      },
      ['reminder-without-deadline states[repairing].reminders'],
    ],
    [
      'a reminder before the state is entered',
      (d) => {
        state(d, 'repairing').reminders[0]!.hours = -24;
      },
      ['reminder-too-early states[repairing].reminders[0].hours'],
    ],
    [
      'half a working day',
      (d) => {
        state(d, 'requested').deadline = { amount: 0.5, unit: 'working-days' };
      },
      ['whole-days states[requested].deadline.amount'],
    ],
    [
      'a time limit of an end',
      (d) => {
        state(d, 'done').deadline = { amount: 1, unit: 'days' };
      },
      ['final-waits states[done]'],
    ],
    [
      'a state without assignees',
      (d) => {
        state(d, 'repairing').assign = [];
      },
      ['nobody transitions[report-done].assigneesOnly'],
    ],
    [
      'a choice without choices',
      (d) => {
        step(d, 'hand-out').fields[1]!.choices = [];
      },
      ['no-choices transitions[hand-out].fields[urgency]'],
    ],
    [
      'a part without a person',
      (d) => {
        step(d, 'refuse').fields[0]!.part = 'reason';
      },
      ['part-of-user transitions[refuse].fields[reason]'],
    ],
  ])('finds %s', (_what, change, expected) => {
    expect(faults(change).sort()).toEqual([...expected].sort());
  });

  it('reports each fault in both languages', () => {
    const [fault] = validateWorkflow(
      changed((d) => {
        step(d, 'check').notParts = ['ghost'];
      }),
      known,
    );
    expect(fault?.message).toEqual({
      zh: '没有参与者“ghost”。',
      en: 'There is no part "ghost".',
    });
  });
});

describe('mandatory steps', () => {
  const missed = (change: (definition: WorkflowDefinition) => void) =>
    keepsMandatory(product, changed(change)).map(({ path }) => path);

  it('[ADP-01] cannot be removed, bypassed or weakened by a tenant', () => {
    expect(missed(() => {})).toEqual([]);
    // Bypassing the check: from the repair directly to the end, or to a new end.
    expect(
      missed((d) => {
        step(d, 'report-done').to = 'done';
      }),
    ).toEqual(['states[done]']);
    expect(
      missed((d) => {
        d.transitions.push({ ...step(d, 'check'), id: 'quick', from: ['repairing'] });
      }),
    ).toEqual(['states[done]']);
    expect(
      missed((d) => {
        d.states.push({ ...state(d, 'refused'), id: 'done-too' });
        d.transitions.push({
          ...step(d, 'check'),
          id: 'quick',
          from: ['repairing'],
          to: 'done-too',
        });
      }),
    ).toEqual(['states[done-too]']);
    // A step that replaces the mandatory one is another step.
    expect(
      missed((d) => {
        step(d, 'check').id = 'check-2';
      }),
    ).toEqual(['states[done]']);
    expect(
      missed((d) => {
        step(d, 'check').notFiredBy = [];
      }),
    ).toEqual(['transitions[check].notParts']);
    expect(
      missed((d) => {
        step(d, 'report-done').evidence = null;
      }),
    ).toEqual(['transitions[report-done].evidence']);
    expect(
      missed((d) => {
        step(d, 'report-done').assigneesOnly = false;
      }),
    ).toEqual(['transitions[report-done].assigneesOnly']);
    expect(
      missed((d) => {
        step(d, 'hand-out').fields[0]!.required = false;
      }),
    ).toEqual(['transitions[hand-out].fields[mechanic]']);
    expect(
      missed((d) => {
        step(d, 'check').permission = 'system:read';
      }),
    ).toEqual(['transitions[check].permission']);
  });

  it('may be renamed, separated by more steps, and repeated', () => {
    expect(
      missed((d) => {
        state(d, 'checking').name = { zh: '复核', en: 'Second look' };
        d.states.push({ ...state(d, 'checking'), id: 'second-check' });
        step(d, 'report-done').to = 'second-check';
        d.transitions.push({
          ...step(d, 'send-back'),
          id: 'pass',
          from: ['second-check'],
          to: 'checking',
          mandatory: false,
        });
        d.transitions.push({
          ...step(d, 'send-back'),
          id: 'restart',
          from: ['second-check'],
          to: 'requested',
        });
        step(d, 'report-done').evidence = { min: 2, kinds: ['photo'] };
      }),
    ).toEqual([]);
  });

  it('allow a new end that is reached like one of the product’s', () => {
    expect(
      missed((d) => {
        d.states.push({ ...state(d, 'refused'), id: 'double' });
        d.transitions.push({ ...step(d, 'refuse'), id: 'mark-double', to: 'double' });
      }),
    ).toEqual([]);
  });
});
