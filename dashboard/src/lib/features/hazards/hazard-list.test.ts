import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/problem.ts';
import type { WorkflowAction } from '$lib/workflow/types.ts';
import { hazardOf } from '../../../test/hazard.ts';
import { defaultFilters, type HazardFilters } from './filters.ts';
import { HazardList } from './hazard-list.svelte.ts';
import type { HazardsApi } from './hazards-api.ts';
import type { Hazard } from './types.ts';

/** A fake API with hazards, newest first, three per page. */
class Held implements HazardsApi {
  rows: Hazard[];
  acted: WorkflowAction[] = [];
  refuse: ApiError | null = null;
  constructor(rows: Hazard[]) {
    this.rows = rows;
  }
  async list(_filters: HazardFilters, cursor: string | null) {
    const from = cursor === null ? 0 : Number(cursor);
    const items = this.rows.filter((row) => row.closedAt === null).slice(from, from + 3);
    const next = from + 3 < this.rows.length ? String(from + 3) : null;
    return { items, next, counts: { open: this.rows.length, overdue: 1, mine: 2, atLeast: false } };
  }
  async get(id: string) {
    const found = this.rows.find((row) => row.id === id);
    if (!found) throw new ApiError(404, 'hazard.unknown', 'gone');
    return { ...found, transitions: [] };
  }
  async act(id: string, action: WorkflowAction) {
    this.acted.push(action);
    if (this.refuse) throw this.refuse;
    const saved = { ...(await this.get(id)), version: action.version + 1, state: 'assigned' };
    this.rows = this.rows.map((row) => (row.id === id ? saved : row));
    return saved;
  }
}

let api: Held;
let list: HazardList;
const ids = (): string[] => list.items.map((item) => item.no.slice(-1));

beforeEach(async () => {
  vi.useFakeTimers();
  api = new Held([7, 6, 5, 4, 3, 2, 1].map((number) => hazardOf(number)));
  list = new HazardList(api);
  await list.load(defaultFilters);
});
afterEach(() => {
  list.close();
  vi.useRealTimers();
});

describe('the list of hazards', () => {
  it('paginates, with the counts of the first page', async () => {
    expect(ids()).toEqual(['7', '6', '5']);
    await list.loadMore();
    await list.loadMore();
    await list.loadMore();
    expect(ids()).toEqual(['7', '6', '5', '4', '3', '2', '1']);
    expect(list.counts).toEqual({ open: 7, overdue: 1, mine: 2, atLeast: false });
  });

  it('reloads once for a burst of pushes, and keeps loaded pages', async () => {
    await list.loadMore();
    const asked = vi.spyOn(api, 'list');
    api.rows = [hazardOf(8), ...api.rows];
    for (let i = 0; i < 20; i++) list.receive(hazardOf(8).id);
    await vi.advanceTimersByTimeAsync(400);
    expect(asked).toHaveBeenCalledTimes(1);
    expect(ids()).toEqual(['8', '7', '6', '5', '4', '3', '2']);
  });

  it('ignores an outdated response', async () => {
    const before = api.rows;
    await list.select(hazardOf(7).id);
    api.rows = before.map((row, i) => (i === 0 ? { ...row, state: 'assigned', version: 2 } : row));
    list.receive(hazardOf(7).id);
    await vi.advanceTimersByTimeAsync(400);
    api.rows = before;
    list.receive(hazardOf(7).id);
    await vi.advanceTimersByTimeAsync(400);
    await list.load();
    expect(list.items[0]).toMatchObject({ id: hazardOf(7).id, state: 'assigned' });
    expect(list.open.value?.state).toBe('assigned');
  });

  it('reloads a later row, and drops one that is closed or no longer visible', async () => {
    await list.loadMore();
    const [, , , four, three] = api.rows as [Hazard, Hazard, Hazard, Hazard, Hazard];
    api.rows = api.rows
      .filter((row) => row !== three)
      .map((row) => (row === four ? { ...row, state: 'assigned', version: 2 } : row));
    list.receive(four.id);
    list.receive(three.id);
    await vi.advanceTimersByTimeAsync(400);
    expect(list.items.find((row) => row.id === four.id)?.state).toBe('assigned');
    expect(list.items.some((row) => row.id === three.id)).toBe(false);
  });

  it('opens one that is not in the list, and reports a failure', async () => {
    await list.select(hazardOf(1).id);
    expect(list.open.value?.no).toBe('YH-20261125-0001');
    await list.select('nowhere');
    expect(list.open.value).toBeNull();
    expect(list.open.error).toBeInstanceOf(ApiError);
  });

  it('moves to the next one', async () => {
    expect(list.neighbour(1)).toBe(hazardOf(7).id);
    await list.select(hazardOf(6).id);
    expect([list.neighbour(-1), list.neighbour(1)]).toEqual([hazardOf(7).id, hazardOf(5).id]);
  });
});

describe('a step', () => {
  const step = { transition: 'accept', fields: {}, fileIds: [], note: null };

  it('is sent with the current version', async () => {
    await list.select(hazardOf(6).id);
    const outcome = await list.act(step);
    expect(api.acted[0]).toMatchObject({ transition: 'accept', version: 1 });
    expect(outcome.kind).toBe('saved');
    expect(list.open.value).toMatchObject({ state: 'assigned', version: 2 });
    expect(list.items.find((row) => row.id === hazardOf(6).id)?.state).toBe('assigned');
  });

  it('shows the current record after a conflict', async () => {
    await list.select(hazardOf(6).id);
    api.rows = api.rows.map((row) =>
      row.id === hazardOf(6).id ? { ...row, version: 5, state: 'rejected' } : row,
    );
    api.refuse = new ApiError(409, 'workflow.version-conflict', 'changed');
    const outcome = await list.act(step);
    expect(outcome).toMatchObject({ kind: 'conflict', record: { version: 5, state: 'rejected' } });
    expect(list.open.value?.version).toBe(5);
  });

  it('keeps the record on an error', async () => {
    await list.select(hazardOf(6).id);
    api.refuse = new ApiError(403, 'workflow.separation', 'you reported it');
    expect(await list.act(step)).toMatchObject({ kind: 'failed' });
    expect(list.open.value?.version).toBe(1);
    expect(list.open.acting).toBe(false);
  });
});
