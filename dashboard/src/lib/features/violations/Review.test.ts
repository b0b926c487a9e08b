import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/problem.ts';
import type { User, VerdictRequest, Violation } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import { toasts } from '$lib/ui/toasts.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
import { violationOf } from '../../../test/violation.ts';
import { defaultFilters } from './filters.ts';
import { ViolationQueue } from './queue.svelte.ts';
import Review from './Review.svelte';

let decided: { id: string; body: VerdictRequest }[];
let refuse: ApiError | null;
/** What answers wait for. */
let held: Promise<void> | null;
let queue: ViolationQueue;
let selected: string | null;
const records = new Map<string, Violation>();
const idOf = (number: number): string => violationOf(number).id;

async function show(start: number | null): Promise<ReturnType<typeof userEvent.setup>> {
  selected = start === null ? null : idOf(start);
  const props = {
    queue,
    filters: defaultFilters,
    selected,
    keysOpen: false,
    ondecided: () => {},
    onnavigate: (id: string | null) => {
      selected = id;
      void view.rerender({ selected: id });
    },
  };
  const view = render(Review, { props });
  await eventually(() => expect(queue.items.length).toBe(3));
  if (selected) await screen.findByTestId('detail');
  return userEvent.setup();
}

/** Holds the answers to decisions back. @returns gives them. */
function heldAnswers(): () => void {
  let give = (): void => {};
  held = new Promise((resolve) => {
    give = resolve;
  });
  return give;
}

const signIn = (...permissions: string[]): void =>
  session.start({
    accessToken: 'a',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    user: { id: 'u1', permissions } as unknown as User,
  });

beforeEach(() => {
  signIn('violation:read', 'violation:review');
  // Evidence is out of scope; without it the pictures show their placeholder.
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')));
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  i18n.set('en');
  decided = [];
  refuse = null;
  held = null;
  for (const number of [30, 20, 10]) records.set(idOf(number), violationOf(number));
  queue = new ViolationQueue(
    {
      list: async () => ({ items: [30, 20, 10].map((number) => violationOf(number)), next: null }),
      get: async (id) => records.get(id)!,
      decide: async (id, body) => {
        decided.push({ id, body });
        await held;
        if (refuse) throw refuse;
        const before = records.get(id)!;
        const status = { confirm: 'confirmed', dismiss: 'dismissed', reopen: 'pending' } as const;
        const after: Violation = {
          ...before,
          status: status[body.decision],
          version: before.version + 1,
        };
        records.set(id, after);
        return after;
      },
    },
    () => ({ id: 'u1', displayName: { zh: '李明', en: 'Li Ming' } }),
  );
});
afterEach(() => session.expire());
afterEach(() => {
  cleanup();
  for (const toast of toasts.shown) toasts.close(toast.id);
  vi.unstubAllGlobals();
});

describe('the first one', () => {
  const resize = (width: number, height: number): void =>
    (
      window as unknown as {
        happyDOM: { setViewport(size: { width: number; height: number }): void };
      }
    ).happyDOM.setViewport({ width, height });
  afterEach(() => resize(1024, 768));

  it('is open where list and record are side by side', async () => {
    await show(null);
    await eventually(() => expect(selected).toBe(idOf(30)));
  });

  it('is not opened where another one is', async () => {
    await show(20);
    await tick();
    expect(selected).toBe(idOf(20));
  });

  it('is not opened on a phone, which shows the list', async () => {
    resize(390, 844);
    await show(null);
    await tick();
    expect(selected).toBeNull();
  });
});

describe('triage by keyboard', () => {
  it('moves through the queue with J, K and the arrows', async () => {
    const user = await show(30);
    await user.keyboard('{ArrowDown}');
    expect(selected).toBe(idOf(20));
    await user.keyboard('k');
    expect(selected).toBe(idOf(30));
  });

  it('confirms with C and moves to the next', async () => {
    const user = await show(30);
    await user.keyboard('c');
    expect(decided).toEqual([{ id: idOf(30), body: { decision: 'confirm', version: 1 } }]);
    expect(selected).toBe(idOf(20));
    expect(toasts.shown.at(-1)?.text).toContain('Confirmed');
  });

  it('dismisses with D and the number of the reason; Escape cancels', async () => {
    const user = await show(20);
    await user.keyboard('d');
    expect(screen.getByTestId('dismiss-reasons')).toBeTruthy();
    await user.keyboard('{Escape}');
    expect(screen.queryByTestId('dismiss-reasons')).toBeNull();
    await user.keyboard('d3');
    expect(decided).toEqual([
      { id: idOf(20), body: { decision: 'dismiss', reason: 'duplicate', version: 1 } },
    ]);
    expect(selected).toBe(idOf(10));
  });

  it('decides nothing for one who may only read, by key or by button', async () => {
    signIn('violation:read');
    const user = await show(30);
    expect(screen.getByTestId('verdict-bar').textContent).toContain('To review');
    for (const id of ['confirm', 'dismiss']) expect(screen.queryByTestId(id)).toBeNull();
    await user.keyboard('cd3u');
    expect(screen.queryByTestId('dismiss-reasons')).toBeNull();
    expect(decided).toEqual([]);
    await user.keyboard('j');
    expect(selected).toBe(idOf(20));
  });

  it('undoes the last verdict with U and returns to it', async () => {
    const user = await show(30);
    await user.keyboard('c');
    await user.keyboard('u');
    await eventually(() => expect(selected).toBe(idOf(30)));
    expect(decided.at(-1)).toEqual({ id: idOf(30), body: { decision: 'reopen', version: 2 } });
  });

  it('leaves one who went on before the undo was answered where he is, and offers to open it', async () => {
    const user = await show(30);
    await user.keyboard('c');
    await eventually(() => expect(records.get(idOf(30))?.status).toBe('confirmed'));
    const saved = heldAnswers();
    await user.keyboard('u');
    await user.keyboard('j');
    expect(selected).toBe(idOf(10));
    saved();
    await eventually(() => expect(toasts.shown.at(-1)?.text).toContain('Back in review'));
    expect(selected).toBe(idOf(10));
    toasts.shown.at(-1)?.action?.run();
    expect(selected).toBe(idOf(30));
  });

  it('ignores shortcuts while a note is typed', async () => {
    const user = await show(30);
    await user.keyboard('d');
    await user.click(screen.getByTestId('note'));
    await user.keyboard('check 2 days, j');
    expect(decided).toEqual([]);
    expect((screen.getByTestId('note') as HTMLInputElement).value).toBe('check 2 days, j');
    await user.click(screen.getByTestId('reason-allowed-work'));
    expect(decided[0]?.body).toEqual({
      decision: 'dismiss',
      reason: 'allowed-work',
      note: 'check 2 days, j',
      version: 1,
    });
  });

  it('shows who decided meanwhile, and the result', async () => {
    const current = violationOf(30, {
      status: 'dismissed',
      version: 2,
      verdict: {
        by: { id: 'u2', displayName: { zh: '王芳', en: 'Wang Fang' } },
        at: '2026-11-25T06:05:00.000Z',
        reason: 'duplicate',
        note: null,
      },
    });
    refuse = new ApiError(409, 'violation.version-conflict', 'x', { current });
    const user = await show(30);
    await user.keyboard('c');
    await eventually(() => expect(toasts.shown.at(-1)?.text).toMatch(/Wang Fang dismissed/));
  });
});

describe('detail', () => {
  it('shows that the clip is being cut, or why it is missing', async () => {
    await show(30);
    expect(screen.getByTestId('clip-cutting')).toBeTruthy();
    queue.receive(
      violationOf(30, {
        version: 2,
        clipMissing: { reason: 'disk-full', message: '0 bytes free' },
      }),
    );
    expect(screen.queryByTestId('snapshot-missing')).toBeNull();
    const missing = await screen.findByTestId('clip-missing');
    expect(missing.textContent).toContain('The disk was full');
    expect(missing.textContent).toContain('0 bytes free');
  });

  it('says why there is no picture', async () => {
    await show(30);
    const why = { reason: 'disk-full' as const, message: 'no evidence' };
    queue.receive(violationOf(30, { version: 2, snapshot: null, snapshotMissing: why }));
    const missing = await screen.findByTestId('snapshot-missing');
    expect(missing.textContent).toContain('had no room');
    const lost = { reason: 'lost' as const, message: 'ENOENT' };
    queue.receive(violationOf(30, { version: 3, snapshot: null, snapshotMissing: lost }));
    await waitFor(() => expect(missing.textContent).toContain('gone from the camera worker'));
  });
});
