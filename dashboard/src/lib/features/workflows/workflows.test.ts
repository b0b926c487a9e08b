import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/problem.ts';
import { zh } from '$lib/i18n/zh.ts';
import { eventually } from '../../../test/eventually.ts';
import { changesBetween } from './diff.ts';
import { WorkflowEditor } from './editor.svelte.ts';
import { box, layout } from './layout.ts';
import type { Definition, Fault, State, Transition, WorkflowVersion } from './types.ts';
import { faultText, pathText, valueText } from './words.ts';

const named = (id: string) => ({ id, name: { zh: id, en: id } });
const state = (id: string, kind: State['kind'] = 'normal'): State => ({
  ...named(id),
  kind,
  deadline: kind === 'final' ? null : { amount: 1, unit: 'working-days' },
  assign: [],
  notify: [],
  reminders: [],
});
const step = (id: string, from: string[], to: string): Transition => ({
  ...named(id),
  from,
  to,
  permission: 'hazard:review',
  assigneesOnly: false,
  notParts: [],
  notFiredBy: [],
  fields: [],
  mandatory: false,
  evidence: null,
});
const definition: Definition = {
  ...named('hazard'),
  subject: 'hazard',
  parts: [],
  states: [
    state('reported', 'initial'),
    state('assigned'),
    state('doing'),
    state('closed', 'final'),
  ],
  transitions: [
    step('assign', ['reported'], 'assigned'),
    step('start', ['assigned'], 'doing'),
    step('close', ['doing'], 'closed'),
    step('return', ['doing', 'assigned'], 'reported'),
  ],
};
const version: WorkflowVersion = {
  definition,
  version: 3,
  newest: 3,
  origin: 'tenant',
  basedOn: 2,
  by: null,
  at: '2026-11-25T00:00:00Z',
  note: null,
  openCases: 8,
  productDiffers: false,
};
const fault: Fault = {
  path: 'states[doing].deadline',
  code: 'x',
  message: { zh: '错', en: 'wrong' },
};

describe('the drawing of a workflow', () => {
  it('runs from left to right without overlaps, with back edges below all boxes', () => {
    const graph = layout(definition);
    const at = (id: string) => graph.nodes.find((node) => node.id === id);
    const xs = ['reported', 'assigned', 'doing', 'closed'].map((id) => at(id)?.x ?? -1);
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    for (const [i, a] of graph.nodes.entries()) {
      for (const b of graph.nodes.slice(i + 1)) {
        expect(Math.abs(a.x - b.x) >= box.width || Math.abs(a.y - b.y) >= box.height).toBe(true);
      }
    }
    const back = graph.edges.filter((edge) => edge.back);
    expect(back.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'doing reported',
      'assigned reported',
    ]);
    const lowest = Math.max(...graph.nodes.map(({ y }) => y + box.height));
    for (const edge of back) expect(edge.label.y).toBeGreaterThan(lowest);
    expect(graph.edges).toHaveLength(5);
  });

  it('draws an incomplete workflow: a missing target, an unreachable state', () => {
    const half = {
      ...definition,
      states: [...definition.states, state('lonely')],
      transitions: [...definition.transitions, step('odd', ['nowhere'], 'gone')],
    };
    expect(layout(half).nodes).toHaveLength(5);
    expect(layout({ states: [], transitions: [] }).nodes).toEqual([]);
  });
});

describe('differences', () => {
  it('use the workflow’s names', () => {
    const after: Definition = JSON.parse(JSON.stringify(definition));
    const doing = after.states[2] as State;
    doing.deadline = { amount: 4, unit: 'working-days' };
    after.states.push(state('extra'));
    const changes = changesBetween(definition, after);
    expect(changes.map(({ path, change }) => `${change} ${path}`)).toEqual([
      'changed states[doing].deadline.amount',
      'added states[extra]',
    ]);
    const t = zh.admin.workflows;
    const name = (value: { zh: string; en: string }) => value.zh;
    expect(pathText(changes[0]?.path ?? '', [after], name, t)).toBe('状态 doing · 时限 · 数量');
    expect(valueText({ amount: 4, unit: 'working-days' }, name, t)).toBe('4 工作日');
    expect(valueText(changes[1]?.after, name, t)).toBe('extra');
    const to = [{ kind: 'part', part: 'assignee' }];
    expect(valueText([{ hours: -24, to, severity: 'warning' }], name, t)).toBe(
      '到期前 24 小时: 办理人',
    );
    expect(faultText(fault, name, t)).toBe('错');
    const shape = { ...fault, code: 'shape', path: 'states[doing].deadline.amount' };
    expect(faultText(shape, name, t)).toBe('“时限 · 数量”填写得不对，请检查。');
  });
});

describe('the editor of a workflow', () => {
  const editorWith = (save: () => Promise<WorkflowVersion>, faults: Fault[] = []) => {
    const api = { validate: vi.fn(async () => faults), save: vi.fn(save) };
    return { api, editor: new WorkflowEditor(version, api, 1) };
  };

  it('is validated by the API while typing, with the location of faults', async () => {
    const { api, editor } = editorWith(async () => version, [fault]);
    (editor.draft.states[2] as State).deadline = { amount: -1, unit: 'hours' };
    editor.check();
    editor.check();
    await eventually(() => expect(editor.faults).toEqual([fault]));
    expect(api.validate).toHaveBeenCalledTimes(1);
    expect(editor.faultsAt('states[doing]')).toEqual([fault]);
    expect(editor.faultsAt('states[do]')).toEqual([]);
  });

  it('saves with its base version, and continues from the new version', async () => {
    const { api, editor } = editorWith(async () => ({ ...version, version: 4, newest: 4 }));
    (editor.draft.states[2] as State).deadline = { amount: 4, unit: 'working-days' };
    expect(editor.dirty).toBe(true);
    expect(await editor.save(' faster ')).toBe(true);
    expect(api.save).toHaveBeenCalledWith(
      'hazard',
      expect.objectContaining({ basedOn: 3, note: 'faster' }),
    );
    expect([editor.base.version, editor.dirty]).toEqual([4, false]);
  });

  it('keeps the draft on a conflict, and can save it on top of the newer version', async () => {
    const theirs = { ...version, version: 4, newest: 4 };
    const { editor } = editorWith(async () => {
      throw new ApiError(409, 'workflow.version-conflict', 'late', { current: theirs });
    });
    (editor.draft.states[2] as State).deadline = null;
    expect(await editor.save('')).toBe(false);
    expect(editor.conflict).toEqual(theirs);
    expect(editor.dirty).toBe(true);
    editor.take(theirs);
    expect([editor.conflict, editor.dirty, editor.base.version]).toEqual([null, false, 4]);
  });

  it('removes dangling steps with a state', () => {
    const { editor } = editorWith(async () => version);
    editor.removeState('assigned');
    expect(editor.draft.transitions.map(({ id, from }) => [id, ...from])).toEqual([
      ['close', 'doing'],
      ['return', 'doing'],
    ]);
    editor.addState(editor.freeId('state'));
    expect(editor.state?.id).toBe('state-1');
    editor.addTransition(editor.freeId('step'));
    expect(editor.transition).toMatchObject({ id: 'step-1', from: ['reported'], to: 'doing' });
  });
});
