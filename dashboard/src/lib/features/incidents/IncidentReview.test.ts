import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { User } from '$lib/api/types.ts';
import { defaultFilters, type Filters } from '$lib/features/violations/filters.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import { confirm } from '$lib/ui/confirm.svelte.ts';
import { toasts } from '$lib/ui/toasts.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
import { incidentOf } from '../../../test/incident.ts';
import { IncidentClaims } from './claims.svelte.ts';
import type { Claim, claimsApi } from './claims-api.ts';
import IncidentReview from './IncidentReview.svelte';
import { IncidentQueue } from './incident-queue.svelte.ts';
import { LastLook } from './last-look.svelte.ts';

type Sent = { decision: string; reason?: string; incidents: { id: string; version: number }[] };

let queue: IncidentQueue;
let sent: Sent[];
let singles: object[];
let wanted: Filters | null;
let refilter: (filters: Filters) => Promise<void>;
/** What the API answers for a row, where it is not done. */
let answers: Map<string, object>;
let selected: string | null;
const numbers = [60, 50, 40, 30, 20, 10];
const idOf = (number: number): string => incidentOf(number).id;

const signIn = (...permissions: string[]): void =>
  session.start({
    accessToken: 'a',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    user: { id: 'u1', permissions } as unknown as User,
  });

function answer({ decision, incidents }: Sent): object {
  const status = { confirm: 'confirmed', dismiss: 'dismissed', reopen: 'pending' }[decision];
  return {
    items: incidents.map(({ id, version }) => ({
      id,
      ...(answers.get(id) ?? { outcome: 'done', status, version: version + 1 }),
    })),
  };
}

async function show(
  start: number | null = null,
  more: { claims?: IncidentClaims; look?: LastLook } = {},
) {
  selected = start === null ? null : idOf(start);
  const view = render(IncidentReview, {
    props: {
      ...more,
      queue,
      filters: defaultFilters,
      selected,
      keysOpen: false,
      ondecided: () => {},
      onnavigate: (id: string | null, filters: Filters) => {
        selected = id;
        wanted = filters;
        void view.rerender({ selected: id });
      },
    },
  });
  refilter = (filters) => view.rerender({ filters });
  await eventually(() => expect(screen.getAllByTestId('incident-row')).toHaveLength(6));
  return userEvent.setup();
}
const chosen = (): number[] =>
  numbers.filter((number) => {
    const row = document.querySelector(`[data-testid=incident-row][data-id="${idOf(number)}"]`);
    return row?.getAttribute('data-chosen') === 'true';
  });
const row = (number: number) =>
  document.querySelector<HTMLElement>(`[data-testid=incident-row][data-id="${idOf(number)}"]`)!;
const listed = () => queue.items.map(({ id }) => numbers.find((one) => idOf(one) === id));

beforeEach(() => {
  signIn('violation:read', 'violation:review');
  i18n.set('en');
  sent = [];
  singles = [];
  wanted = null;
  answers = new Map();
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url, location.href);
    if (pathname !== '/api/v1/incidents/verdicts') throw new TypeError('no network');
    const body = (await request.json()) as Sent;
    sent.push(body);
    return Response.json(answer(body));
  });
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  queue = new IncidentQueue(
    {
      list: async () => ({ items: numbers.map((number) => incidentOf(number)), next: null }),
      get: async (id) => incidentOf(numbers.find((one) => idOf(one) === id) ?? 0),
      decide: async (id, body) => {
        singles.push(body);
        return incidentOf(numbers.find((one) => idOf(one) === id) ?? 0, {
          status: 'confirmed',
          undecided: 0,
          version: 2,
        });
      },
    },
    () => ({ id: 'u1', displayName: { zh: '李明', en: 'Li Ming' } }),
  );
});
afterEach(() => {
  cleanup();
  session.expire();
  for (const toast of toasts.shown) toasts.close(toast.id);
  vi.unstubAllGlobals();
});

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
    expect(selected).toBe(idOf(50));
  });

  it('are marked by the box, and by Shift with a click', async () => {
    const user = await show();
    await user.click(screen.getAllByTestId('row-mark')[1]!);
    await user.keyboard('{Shift>}');
    await user.click(row(20));
    await user.keyboard('{/Shift}');
    expect(chosen()).toEqual([50, 40, 30, 20]);
    expect(selected).toBeNull();
  });

  it('are dismissed with one reason, which is undone with U', async () => {
    const user = await show(60);
    await user.keyboard('{Shift>}j{/Shift}d');
    expect(screen.queryByTestId('many-reason-item-worn')).toBeNull();
    expect(screen.queryByTestId('many-reason-not-a-person')).toBeNull();
    expect(screen.getByTestId('many-bar').textContent).toContain('teach the models');
    await user.keyboard('2');
    await eventually(() => expect(listed()).toEqual([40, 30, 20, 10]));
    expect(sent).toEqual([
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
    expect(selected).toBe(idOf(40));
    await user.keyboard('u');
    await eventually(() => expect(listed()).toEqual(numbers));
    expect(sent.at(-1)).toEqual({
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
    answers.set(idOf(50), { ...conflict, version: 2, current: other });
    answers.set(idOf(20), { ...conflict, version: 2, current: grown });
    const look = { outcome: 'refused', code: 'incident.names-person', text: 'x' };
    answers.set(idOf(40), look);
    answers.set(idOf(30), look);
    answers.set(idOf(10), { outcome: 'refused', code: 'violation.own-case', text: 'x' });
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
    queue.items = many;
    let calls = 0;
    vi.stubGlobal('fetch', async (request: Request) => {
      const body = (await request.json()) as Sent;
      if (calls++ > 0) throw new TypeError('no network');
      return Response.json(answer(body));
    });
    const { QueueMarks } = await import('./queue-marks.svelte.ts');
    const marks = new QueueMarks({
      queue,
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
    await refilter({ ...defaultFilters, order: 'oldest' });
    await eventually(() => expect(screen.queryByTestId('many-bar')).toBeNull());
    await refilter(defaultFilters);
    expect(chosen()).toEqual([]);
  });

  it('are not there for one who may only read', async () => {
    signIn('violation:read');
    const user = await show();
    expect(screen.queryAllByTestId('row-mark')).toEqual([]);
    await user.keyboard('{Shift>}j{/Shift}xc');
    expect(screen.queryByTestId('many-bar')).toBeNull();
    expect(sent).toEqual([]);
  });
});

describe('an incident that a colleague has claimed', () => {
  const colleague = { id: 'u2', displayName: { zh: '王芳', en: 'Wang Fang' } };
  const claim: Claim = {
    incident: idOf(60),
    kind: 'claim',
    by: colleague,
    from: null,
    since: '2026-11-25T06:00:00.000Z',
    until: '2099-11-25T06:10:00.000Z',
  };

  async function claimed() {
    const claims = new IncidentClaims({
      me: () => 'u1',
      api: { list: async () => ({ items: [claim] }) } as unknown as typeof claimsApi,
    });
    await claims.load();
    const user = await show(60, { claims });
    await screen.findByTestId('claim-line');
    return user;
  }

  it('says who has it, in the list and above the evidence', async () => {
    await claimed();
    expect(screen.getByTestId('claim-line').textContent).toContain('Wang Fang is looking at it');
    expect(screen.getByTestId('claim-mark').textContent).toContain('WF');
  });

  it('is decided only by one who says so', async () => {
    const ask = vi.spyOn(confirm, 'ask').mockResolvedValueOnce(null).mockResolvedValueOnce('');
    const user = await claimed();
    await user.keyboard('c');
    await eventually(() => expect(ask).toHaveBeenCalledTimes(1));
    expect(ask.mock.calls[0]?.[0].title).toBe('Wang Fang is looking at it');
    expect(singles).toEqual([]);
    await user.keyboard('c');
    await eventually(() => expect(singles).toHaveLength(1));
    expect(singles[0]).toMatchObject({ decision: 'confirm', despiteClaim: true });
  });

  it('is asked for among several, too', async () => {
    const ask = vi.spyOn(confirm, 'ask').mockResolvedValueOnce('');
    const user = await claimed();
    await user.keyboard('{Shift>}j{/Shift}c');
    await eventually(() => expect(sent).toHaveLength(1));
    expect(ask.mock.calls[0]?.[0].title).toBe('1 of them is looked at by a colleague');
    expect(sent[0]?.incidents).toEqual([
      { id: idOf(60), version: 1, despiteClaim: true },
      { id: idOf(50), version: 1 },
    ]);
  });
});

describe('what came since the last look', () => {
  const looked = (since: string | null, count: number) => {
    const look = new LastLook({ count: async () => count });
    look.since = since;
    look.count = count;
    return look;
  };
  /** Recorded after those of 30 and before that of 40. */
  const since = incidentOf(35).openedAt;

  it('is counted above the list, and a line parts the rows', async () => {
    await show(null, { look: looked(since, 3) });
    expect(screen.getByTestId('new-since').textContent).toMatch(/3 new since/);
    const divider = screen.getByTestId('look-divider');
    expect(divider.parentElement?.querySelector('[data-testid=incident-row]')).toBe(row(30));
    const unseen = [...document.querySelectorAll('[data-unseen=true] [data-testid=incident-row]')];
    expect(unseen).toEqual([60, 50, 40].map(row));
    await fireEvent.click(screen.getByTestId('new-show'));
    expect(wanted?.opened).toBe(since);
  });

  it('is not mentioned where there is nothing, or where it was never looked at', async () => {
    for (const look of [looked(incidentOf(99).openedAt, 0), looked(null, 0)]) {
      await show(null, { look });
      expect(screen.queryByTestId('new-since')).toBeNull();
      expect(screen.queryByTestId('look-divider')).toBeNull();
      cleanup();
    }
  });
});

describe('by a finger', () => {
  const touch = (target: HTMLElement, type: string, x = 10) =>
    fireEvent(
      target,
      new PointerEvent(type, {
        bubbles: true,
        pointerType: 'touch',
        isPrimary: true,
        pointerId: 7,
        clientX: x,
        clientY: 10,
      }),
    );

  it('a long press marks a row, and then taps do', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await show().catch(() => {});
    await touch(row(50), 'pointerdown');
    vi.advanceTimersByTime(600);
    vi.useRealTimers();
    await touch(row(50), 'pointerup');
    await fireEvent.click(row(50));
    expect(chosen()).toEqual([50]);
    await fireEvent.click(row(30));
    expect(chosen()).toEqual([50, 30]);
    expect(selected).toBeNull();
  });

  it('a swipe to the left asks for the reason, one to the right confirms, a short one does nothing', async () => {
    await show();
    const swipe = async (number: number, to: number) => {
      await touch(row(number), 'pointerdown', 200);
      await touch(row(number), 'pointermove', 200 + to / 2);
      await touch(row(number), 'pointermove', 200 + to);
      await touch(row(number), 'pointerup', 200 + to);
    };
    await swipe(60, 50);
    expect(sent).toEqual([]);
    await swipe(60, 120);
    await eventually(() => expect(listed()).toEqual([50, 40, 30, 20, 10]));
    expect(sent).toMatchObject([{ decision: 'confirm', incidents: [{ id: idOf(60) }] }]);
    await swipe(40, -120);
    expect(chosen()).toEqual([40]);
    await fireEvent.click(screen.getByTestId('many-reason-duplicate'));
    await eventually(() => expect(listed()).toEqual([50, 30, 20, 10]));
  });

  it('a mouse that is dragged swipes nothing', async () => {
    await show();
    for (const [type, x] of [
      ['pointerdown', 200],
      ['pointermove', 400],
      ['pointerup', 400],
    ] as const) {
      await fireEvent(row(60), new PointerEvent(type, { pointerType: 'mouse', clientX: x }));
    }
    expect(sent).toEqual([]);
  });
});
