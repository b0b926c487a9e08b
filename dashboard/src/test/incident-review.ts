import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { User } from '$lib/api/types.ts';
import type { IncidentClaims } from '$lib/features/incidents/claims.svelte.ts';
import IncidentReview from '$lib/features/incidents/IncidentReview.svelte';
import { IncidentQueue } from '$lib/features/incidents/incident-queue.svelte.ts';
import type { LastLook } from '$lib/features/incidents/last-look.svelte.ts';
import { defaultFilters, type Filters } from '$lib/features/violations/filters.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import { toasts } from '$lib/ui/toasts.svelte.ts';
import { eventually } from './eventually.ts';
import { incidentOf } from './incident.ts';

/** A verdict on many, as it is sent. */
export type Sent = {
  decision: string;
  reason?: string;
  incidents: { id: string; version: number }[];
};

/** The review page of a test with six incidents, and what it did. */
export interface Review {
  queue: IncidentQueue;
  /** Verdicts on many, as they were sent. */
  sent: Sent[];
  /** Verdicts on one. */
  singles: object[];
  /** The filters that the page asked for. */
  wanted: Filters | null;
  refilter: (filters: Filters) => Promise<void>;
  /** What the API answers for a row, where it is not done. */
  answers: Map<string, object>;
  /** Id of the open incident. */
  selected: string | null;
}
/** The incidents, newest first. */
export const numbers = [60, 50, 40, 30, 20, 10];
/** The id of one of the incidents. */
export const idOf = (number: number): string => incidentOf(number).id;

/** Signs an account with these permissions in. */
export const signIn = (...permissions: string[]): void =>
  session.start({
    accessToken: 'a',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    user: { id: 'u1', permissions } as unknown as User,
  });

/** Of the running test. */
export const review = {} as Review;

/** What the API answers to it. */
export function answer({ decision, incidents }: Sent): object {
  const status = { confirm: 'confirmed', dismiss: 'dismissed', reopen: 'pending' }[decision];
  return {
    items: incidents.map(({ id, version }) => ({
      id,
      ...(review.answers.get(id) ?? { outcome: 'done', status, version: version + 1 }),
    })),
  };
}

/**
 * Renders the page, with the incident of this number open.
 *
 * @param rows as many are listed at first.
 */
export async function show(
  start: number | null = null,
  more: { claims?: IncidentClaims; look?: LastLook; groupable?: boolean } = {},
  rows = 6,
) {
  review.selected = start === null ? null : idOf(start);
  const view = render(IncidentReview, {
    props: {
      ...more,
      queue: review.queue,
      filters: defaultFilters,
      selected: review.selected,
      keysOpen: false,
      ondecided: () => {},
      onnavigate: (id: string | null, filters: Filters) => {
        review.selected = id;
        review.wanted = filters;
        void view.rerender({ selected: id });
      },
    },
  });
  review.refilter = (filters) => view.rerender({ filters });
  await eventually(() => expect(screen.getAllByTestId('incident-row')).toHaveLength(rows));
  return userEvent.setup();
}
/** The numbers of the marked rows. */
export const chosen = (): number[] =>
  numbers.filter((number) => {
    const row = document.querySelector(`[data-testid=incident-row][data-id="${idOf(number)}"]`);
    return row?.getAttribute('data-chosen') === 'true';
  });
/** The row of an incident. */
export const row = (number: number) =>
  document.querySelector<HTMLElement>(`[data-testid=incident-row][data-id="${idOf(number)}"]`)!;
/** The numbers of the listed incidents. */
export const listed = () =>
  review.queue.items.map(({ id }) => numbers.find((one) => idOf(one) === id));

/** Starts each test of a file with a reviewer and a queue of six incidents. */
export function useReview(): void {
  beforeEach(() => {
    signIn('violation:read', 'violation:review');
    i18n.set('en');
    review.sent = [];
    review.singles = [];
    review.wanted = null;
    review.answers = new Map();
    vi.stubGlobal('fetch', async (request: Request) => {
      const { pathname } = new URL(request.url, location.href);
      if (pathname !== '/api/v1/incidents/verdicts') throw new TypeError('no network');
      const body = (await request.json()) as Sent;
      review.sent.push(body);
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
    review.queue = new IncidentQueue(
      {
        list: async () => ({ items: numbers.map((number) => incidentOf(number)), next: null }),
        get: async (id) => incidentOf(numbers.find((one) => idOf(one) === id) ?? 0),
        decide: async (id, body) => {
          review.singles.push(body);
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
}
