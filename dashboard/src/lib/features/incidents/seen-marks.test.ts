import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { User } from '$lib/api/types.ts';
import { defaultFilters, type Filters } from '$lib/features/violations/filters.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import ConfirmHost from '$lib/ui/ConfirmHost.svelte';
import { confirm } from '$lib/ui/confirm.svelte.ts';
import { toasts } from '$lib/ui/toasts.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
import { incidentOf } from '../../../test/incident.ts';
import { IncidentClaims } from './claims.svelte.ts';
import type { claimsApi } from './claims-api.ts';
import IncidentReview from './IncidentReview.svelte';
import { IncidentQueue } from './incident-queue.svelte.ts';

/* What a verdict covers: the incident that was asked about, and the rows as they were when they were marked. */

type Sent = { incidents: { id: string; version: number }[] };

const numbers = [60, 50, 40, 30];
const idOf = (number: number): string => incidentOf(number).id;
const rowOf = (number: number) =>
  document.querySelector<HTMLElement>(`[data-testid=incident-row][data-id="${idOf(number)}"]`)!;
const chosen = () => numbers.filter((one) => rowOf(one)?.getAttribute('data-chosen') === 'true');
let queue: IncidentQueue;
let listed: number[];
let sent: Sent[];
let decided: string[];
let selected: string | null;

beforeEach(() => {
  session.start({
    accessToken: 'a',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    user: { id: 'u1', permissions: ['violation:read', 'violation:review'] } as unknown as User,
  });
  i18n.set('en');
  listed = numbers;
  sent = [];
  decided = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    if (!request.url.endsWith('/incidents/verdicts')) throw new TypeError('no network');
    const body = (await request.json()) as Sent;
    sent.push(body);
    const done = { outcome: 'done', status: 'confirmed', version: 9 };
    return Response.json({ items: body.incidents.map(({ id }) => ({ id, ...done })) });
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
      list: async () => ({ items: listed.map((one) => incidentOf(one)), next: null }),
      get: async (id) => incidentOf(numbers.find((one) => idOf(one) === id) ?? 0),
      decide: async (id) => {
        decided.push(id);
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
  confirm.settle(null);
  cleanup();
  session.expire();
  for (const toast of toasts.shown) toasts.close(toast.id);
  vi.unstubAllGlobals();
});

async function show(start: number | null, claims?: IncidentClaims) {
  selected = start === null ? null : idOf(start);
  const view = render(IncidentReview, {
    props: {
      queue,
      filters: defaultFilters,
      selected,
      keysOpen: false,
      ondecided: () => {},
      onnavigate: (id: string | null, _filters: Filters) => {
        selected = id;
        void view.rerender({ selected: id });
      },
      ...(claims ? { claims } : {}),
    },
  });
  await eventually(() => expect(screen.getAllByTestId('incident-row')).toHaveLength(4));
  return userEvent.setup();
}

describe('the question before a verdict on what a colleague looks at', () => {
  async function asked() {
    const claim = {
      incident: idOf(60),
      kind: 'claim',
      by: { id: 'u2', displayName: { zh: '王芳', en: 'Wang Fang' } },
      from: null,
      since: '2026-11-25T06:00:00.000Z',
      until: '2099-11-25T06:10:00.000Z',
    };
    const claims = new IncidentClaims({
      me: () => 'u1',
      api: { list: async () => ({ items: [claim] }) } as unknown as typeof claimsApi,
    });
    await claims.load();
    const user = await show(60, claims);
    render(ConfirmHost);
    await user.keyboard('c');
    await screen.findByTestId('confirm-yes');
    return user;
  }

  it('has the keyboard: the list behind it does not move, mark or decide', async () => {
    const user = await asked();
    screen.getByTestId('confirm-no').focus();
    await user.keyboard('jxc');
    // Also before the focus is in it.
    await fireEvent.keyDown(document.body, { key: 'j' });
    expect([selected, chosen(), decided]).toEqual([idOf(60), [], []]);
    await user.click(screen.getByTestId('confirm-yes'));
    await eventually(() => expect(decided).toEqual([idOf(60)]));
  });

  it('decides nothing where another incident, or another version, is open by then', async () => {
    const user = await asked();
    await queue.select(idOf(50));
    await user.click(screen.getByTestId('confirm-yes'));
    await tick();
    expect(decided).toEqual([]);
    await queue.select(idOf(60));
    await user.keyboard('c');
    await screen.findByTestId('confirm-yes');
    queue.receive(incidentOf(60, { findings: 2, undecided: 2, version: 2 }));
    await user.click(screen.getByTestId('confirm-yes'));
    await eventually(() => expect(toasts.shown.at(-1)?.tone).toBe('warn'));
    expect(decided).toEqual([]);
  });
});

describe('a marked incident', () => {
  it('that changes is unmarked, and that is said', async () => {
    const user = await show(null);
    await user.keyboard('{Shift>}a{/Shift}');
    queue.receive(incidentOf(50, { findings: 2, undecided: 2, version: 2 }));
    await eventually(() => expect(chosen()).toEqual([60, 40, 30]));
    expect(toasts.shown.at(-1)?.text).toBe(
      '1 selected incident changed and is no longer selected: look first',
    );
    await user.keyboard('c');
    await eventually(() => expect(sent).toHaveLength(1));
    expect(sent[0]?.incidents.map(({ id }) => id)).toEqual([60, 40, 30].map(idOf));
  });

  it('that leaves the list is not marked when it comes back', async () => {
    const user = await show(null);
    await user.keyboard('{Shift>}a{/Shift}');
    listed = [60, 30];
    await queue.load();
    await eventually(() => expect(screen.getAllByTestId('incident-row')).toHaveLength(2));
    listed = numbers;
    await queue.load();
    await eventually(() => expect(screen.getAllByTestId('incident-row')).toHaveLength(4));
    expect(chosen()).toEqual([60, 30]);
  });
});

describe('X', () => {
  it('marks the open record, not the row that was clicked before', async () => {
    const user = await show(60);
    rowOf(60).focus();
    await user.keyboard('jjx');
    expect(selected).toBe(idOf(40));
    expect(chosen()).toEqual([40]);
  });

  it('marks the row that Tab went to, also where its box has the focus', async () => {
    const user = await show(60);
    rowOf(60).focus();
    await user.tab();
    await user.tab();
    expect(document.activeElement).toBe(rowOf(50));
    await user.keyboard('x');
    expect(chosen()).toEqual([50]);
    await user.tab();
    await user.keyboard('x');
    expect(chosen()).toEqual([]);
  });
});

it('Space is for the box that has the focus', async () => {
  const user = await show(60);
  screen.getAllByTestId('row-mark')[1]!.focus();
  await user.keyboard(' ');
  expect(chosen()).toEqual([50]);
});
