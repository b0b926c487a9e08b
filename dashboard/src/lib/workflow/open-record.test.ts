import { beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '$lib/api/problem.ts';
import { OpenRecord } from './open-record.svelte.ts';
import type { WorkflowAction, WorkflowRecord } from './types.ts';

const name = { zh: '待办', en: 'To do' };
const recordOf = (id: string, part: Partial<WorkflowRecord> = {}): WorkflowRecord => ({
  id,
  state: 'open',
  stateName: name,
  version: 1,
  dueAt: null,
  overdue: false,
  closedAt: null,
  assignees: [],
  transitions: [],
  ...part,
});
const step = { transition: 'close', fields: {}, fileIds: [], note: null };

let rows: Map<string, WorkflowRecord>;
let sent: WorkflowAction[];
let refuse: ApiError | null;
let open: OpenRecord<WorkflowRecord>;

beforeEach(() => {
  rows = new Map(['a', 'b'].map((id) => [id, recordOf(id)]));
  sent = [];
  refuse = null;
  open = new OpenRecord({
    async get(id) {
      const found = rows.get(id);
      if (!found) throw new ApiError(404, 'unknown', 'gone');
      return found;
    },
    async act(id, action) {
      sent.push(action);
      if (refuse) throw refuse;
      return recordOf(id, { version: action.version + 1, state: 'closed' });
    },
  });
});

describe('the open record', () => {
  it('sends a step with the shown version, and shows the response', async () => {
    await open.open('a');
    expect(await open.act(step)).toMatchObject({ kind: 'saved', record: { version: 2 } });
    expect(sent).toEqual([{ ...step, version: 1 }]);
    expect(open.value).toMatchObject({ state: 'closed', version: 2 });
  });

  it('shows the record of a conflict, without another request', async () => {
    await open.open('a');
    rows.clear();
    const current = recordOf('a', { version: 7, state: 'elsewhere' });
    refuse = new ApiError(409, 'workflow.version-conflict', 'changed', { current });
    expect(await open.act(step)).toEqual({ kind: 'conflict', record: current });
    expect(open.value).toEqual(current);
  });

  it('reloads it where a conflict contains another record', async () => {
    await open.open('a');
    rows.set('a', recordOf('a', { version: 3 }));
    refuse = new ApiError(409, 'workflow.version-conflict', 'x', { current: recordOf('b') });
    expect(await open.act(step)).toMatchObject({ kind: 'conflict', record: { id: 'a' } });
    expect(open.value?.version).toBe(3);
  });

  it('distinguishes a refusal from a conflict, and does the next step', async () => {
    await open.open('a');
    refuse = new ApiError(409, 'workflow.transition', 'no such step');
    expect(await open.act(step)).toEqual({ kind: 'failed', error: refuse });
    expect(open.value?.version).toBe(1);
    expect(open.acting).toBe(false);
  });

  it('ignores responses for a closed record, and older ones', async () => {
    const first = open.open('a');
    await open.open('b');
    await first;
    expect(open.value?.id).toBe('b');
    open.take(recordOf('b', { version: 5 }));
    await open.load();
    expect(open.value?.version).toBe(5);
    await open.open('nowhere');
    expect(open.value).toBeNull();
    expect(open.error).toBeInstanceOf(ApiError);
  });

  it('does nothing without an open record', async () => {
    expect(await open.act(step)).toMatchObject({ kind: 'failed' });
    expect(sent).toEqual([]);
  });
});
