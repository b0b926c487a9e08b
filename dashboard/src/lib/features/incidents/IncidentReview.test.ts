import { screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { defaultFilters } from '$lib/features/violations/filters.ts';
import { toasts } from '$lib/ui/toasts.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
import { incidentOf } from '../../../test/incident.ts';
import {
  answer,
  chosen,
  idOf,
  listed,
  numbers,
  review,
  row,
  type Sent,
  show,
  signIn,
  useReview,
} from '../../../test/incident-review.ts';

useReview();

describe('several incidents at once', () => {
  it('are marked by Shift with J and K, by X, all, and unmarked by Escape', async () => {
    const user = await show(50);
    await user.keyboard('{Shift>}jj{/Shift}');
    expect(chosen()).toEqual([50, 40, 30]);
    await user.keyboard('{Shift>}k{/Shift}');
    expect(chosen()).toEqual([50, 40]);
    expect(screen.getByTestId('many-count').textContent).toContain('2 selected');
    await user.keyboard('x');
    expect(chosen()).toEqual([40]);
    await user.keyboard('{Shift>}a{/Shift}');
    expect(chosen()).toEqual(numbers);
    await user.keyboard('{Escape}');
    expect(chosen()).toEqual([]);
    expect(screen.queryByTestId('many-bar')).toBeNull();
    // The keys moved no record of the detail.
    expect(review.selected).toBe(idOf(50));
  });

  it('are marked by the box, and by Shift with a click', async () => {
    const user = await show();
    await user.click(screen.getAllByTestId('row-mark')[1]!);
    await user.keyboard('{Shift>}');
    await user.click(row(20));
    await user.keyboard('{/Shift}');
    expect(chosen()).toEqual([50, 40, 30, 20]);
    // The first one was open.
    expect(review.selected).toBe(idOf(60));
  });

  it('are dismissed with one reason, which is undone with U', async () => {
    const user = await show(60);
    await user.keyboard('{Shift>}j{/Shift}d');
    expect(screen.queryByTestId('many-reason-item-worn')).toBeNull();
    expect(screen.queryByTestId('many-reason-not-a-person')).toBeNull();
    expect(screen.getByTestId('many-bar').textContent).toContain('teach the models');
    await user.keyboard('2');
    await eventually(() => expect(listed()).toEqual([40, 30, 20, 10]));
    expect(review.sent).toEqual([
      {
        decision: 'dismiss',
        reason: 'allowed-work',
        incidents: [
          { id: idOf(60), version: 1 },
          { id: idOf(50), version: 1 },
        ],
      },
    ]);
    expect(toasts.shown.at(-1)?.text).toBe('2 dismissed');
    // The next one that waits is open.
    expect(review.selected).toBe(idOf(40));
    await user.keyboard('u');
    await eventually(() => expect(listed()).toEqual(numbers));
    expect(review.sent.at(-1)).toEqual({
      decision: 'reopen',
      incidents: [
        { id: idOf(60), version: 2 },
        { id: idOf(50), version: 2 },
      ],
    });
    expect(toasts.shown.at(-1)?.text).toBe('2 reopened');
  });

  it('[UX-09] say what was not decided and why, and those that wait as they were stay marked', async () => {
    const user = await show();
    const other = incidentOf(50, { status: 'confirmed', undecided: 0, version: 2 });
    const grown = incidentOf(20, { findings: 2, undecided: 2, version: 2 });
    const conflict = { outcome: 'conflict', code: 'incident.version-conflict', text: 'x' };
    review.answers.set(idOf(50), { ...conflict, version: 2, current: other });
    review.answers.set(idOf(20), { ...conflict, version: 2, current: grown });
    const look = { outcome: 'refused', code: 'incident.names-person', text: 'x' };
    review.answers.set(idOf(40), look);
    review.answers.set(idOf(30), look);
    review.answers.set(idOf(10), { outcome: 'refused', code: 'violation.own-case', text: 'x' });
    await user.keyboard('{Shift>}a{/Shift}c');
    await eventually(() => expect(toasts.shown.at(-1)?.text).toBeTruthy());
    expect(toasts.shown.at(-1)?.text).toBe(
      '1 confirmed, 1 was decided by someone else meanwhile, 1 changed meanwhile, 2 need a look of their own, 1 not decided: It may be you: another reviewer has to decide.',
    );
    await tick();
    expect(listed()).toEqual([40, 30, 20, 10]);
    expect(chosen()).toEqual([40, 30, 10]);
  });

  it('keep what was decided where the connection is lost between', async () => {
    const many = Array.from({ length: 60 }, (_, n) => incidentOf(100 + n));
    review.queue.items = many;
    let calls = 0;
    vi.stubGlobal('fetch', async (request: Request) => {
      const body = (await request.json()) as Sent;
      if (calls++ > 0) throw new TypeError('no network');
      return Response.json(answer(body));
    });
    const { QueueMarks } = await import('./queue-marks.svelte.ts');
    const marks = new QueueMarks({
      queue: review.queue,
      go: () => {},
      ondecided: () => {},
      reveal: () => {},
      mayDecide: () => true,
    });
    marks.all();
    marks.decide({ decision: 'dismiss', reason: 'duplicate' });
    await eventually(() => expect(marks.chosen).toHaveLength(35));
    expect(toasts.shown.at(-1)?.text).toMatch(/^25 dismissed, the other 35 incidents stay: /);
  });

  it('are forgotten with other filters', async () => {
    const user = await show();
    await user.keyboard('{Shift>}a{/Shift}');
    expect(chosen()).toEqual(numbers);
    await review.refilter({ ...defaultFilters, order: 'oldest' });
    await eventually(() => expect(screen.queryByTestId('many-bar')).toBeNull());
    await review.refilter(defaultFilters);
    expect(chosen()).toEqual([]);
  });

  it('are not there for one who may only read', async () => {
    signIn('violation:read');
    const user = await show();
    expect(screen.queryAllByTestId('row-mark')).toEqual([]);
    await user.keyboard('{Shift>}j{/Shift}xc');
    expect(screen.queryByTestId('many-bar')).toBeNull();
    expect(review.sent).toEqual([]);
  });
});
