import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/problem.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { defaultFilters, readFilters, type TaskFilters, writeFilters } from './filters.ts';
import { words } from './i18n.ts';
import Tasks from './Tasks.svelte';
import { TaskList } from './task-list.svelte.ts';
import type { Task, TaskPage } from './tasks-api.ts';

const both = (en: string) => ({ zh: en, en });
const taskOf = (number: number, part: Partial<Task> = {}): Task => ({
  id: `case-${number}`,
  entity: 'hazard',
  entityId: `h-${number}`,
  kind: both('Hazards'),
  title: both(`Task ${number}`),
  link: `/hazards/h-${number}`,
  state: 'rectifying',
  stateName: both('Being rectified'),
  enteredAt: '2026-11-25T06:00:00.000Z',
  dueAt: null,
  overdue: false,
  department: null,
  mine: true,
  assignees: [{ id: 'u1', displayName: both('Ann') }],
  assigneesShown: true,
  ...part,
});
const counts = {
  open: 3,
  overdue: 1,
  kinds: [{ entity: 'hazard', name: both('Hazards'), open: 3 }],
  atLeast: false,
};

let pages: TaskPage[];
let fails: boolean;
const asked: [TaskFilters, string | null][] = [];
const onchange = vi.fn();

function open(filters: Partial<TaskFilters> = {}) {
  const list = new TaskList(async (given, cursor) => {
    asked.push([given, cursor]);
    if (fails) throw new ApiError(503, 'database.away', 'away');
    return pages[cursor === null ? 0 : Number(cursor)] ?? { items: [], next: null };
  });
  render(Tasks, { list, filters: { ...defaultFilters, ...filters }, onchange });
  return list;
}

beforeEach(() => {
  i18n.set('en');
  fails = false;
  asked.length = 0;
  onchange.mockClear();
  pages = [
    { items: [taskOf(1), taskOf(2)], next: '1', counts },
    { items: [taskOf(3)], next: null },
  ];
});
afterEach(cleanup);

describe('the list of tasks', () => {
  it('links to each record, and loads more on demand', async () => {
    const user = userEvent.setup();
    open();
    const rows = await screen.findAllByTestId('task-row');
    expect(rows.map((row) => row.getAttribute('href'))).toEqual(['/hazards/h-1', '/hazards/h-2']);
    expect(screen.getByTestId('task-counts').textContent).toContain(words.t.open(3, false));
    expect(screen.getByTestId('task-counts').textContent).toContain(words.t.overdue(1));
    await user.click(screen.getByTestId('more'));
    await vi.waitFor(() => expect(screen.getAllByTestId('task-row')).toHaveLength(3));
    expect(screen.queryByTestId('more')).toBeNull();
  });

  it('is navigable by keyboard', async () => {
    const user = userEvent.setup();
    open();
    const [first, second] = await screen.findAllByTestId('task-row');
    await user.keyboard('j');
    expect(document.activeElement).toBe(first);
    await user.keyboard('j');
    expect(document.activeElement).toBe(second);
    await user.keyboard('{ArrowUp}');
    expect(document.activeElement).toBe(first);
  });

  it('names the people in a department’s list only', async () => {
    open({ scope: 'department' });
    await screen.findAllByText(words.t.with('Ann'));
    cleanup();
    open();
    await screen.findAllByTestId('task-row');
    expect(screen.queryByText(words.t.with('Ann'))).toBeNull();
  });

  it('says the same of every task whose people are hidden', async () => {
    const hidden = { assigneesShown: false, assignees: [] };
    pages = [{ items: [taskOf(1, { ...hidden, mine: false }), taskOf(2, hidden)], next: null }];
    pages[0]?.items.push(taskOf(3, { assigneesShown: false }));
    open({ scope: 'department' });
    const rows = await screen.findAllByTestId('task-row');
    const [others, ...own] = rows.map((row) => row.textContent);
    expect(others).toContain(words.t.withHidden);
    for (const text of own) expect(text).not.toContain(words.t.withHidden);
    expect(own[1]).toContain(words.t.with('Ann'));
  });

  it('shows empty states, and offers to clear the filters', async () => {
    const user = userEvent.setup();
    pages = [{ items: [], next: null, counts: { ...counts, open: 0, overdue: 0, kinds: [] } }];
    open();
    await screen.findByText(words.t.empty);
    cleanup();
    open({ overdue: true });
    await user.click(await screen.findByText(words.t.clear));
    expect(onchange).toHaveBeenCalledWith(defaultFilters);
  });

  it('shows a load error, and retries', async () => {
    const user = userEvent.setup();
    fails = true;
    open();
    const retry = await screen.findByText(i18n.t.common.retry);
    fails = false;
    await user.click(retry);
    await screen.findAllByTestId('task-row');
  });

  it('keeps its filters in the address, and queries by them', async () => {
    const user = userEvent.setup();
    const filters = { scope: 'department', entity: 'model-review', overdue: true } as const;
    expect(readFilters(new URLSearchParams(writeFilters(filters)))).toEqual(filters);
    expect(writeFilters(defaultFilters)).toBe('');
    expect(readFilters(new URLSearchParams('scope=x&entity=A%20b&overdue=1'))).toEqual(
      defaultFilters,
    );
    open(filters);
    await screen.findAllByTestId('task-row');
    expect(asked[0]).toEqual([filters, null]);
    await user.click(screen.getByTestId('filter-overdue'));
    expect(onchange).toHaveBeenCalledWith({ ...filters, overdue: false });
    await user.click(screen.getByTestId('tab-mine'));
    expect(onchange).toHaveBeenLastCalledWith(defaultFilters);
  });
});
