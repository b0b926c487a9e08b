import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { confirm } from '$lib/ui/confirm.svelte.ts';
import { toasts } from '$lib/ui/toasts.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
import MyConsents from './MyConsents.svelte';
import type { Consents } from './my-data-api.ts';

const text = (words: string) => ({ zh: words, en: words });
const purpose = (id: string) => ({
  id,
  version: 2,
  name: text(`name of ${id}`),
  notice: text(`the whole notice of ${id}`),
  scope: ['badge-position'],
  sensitive: true,
  validFrom: 2,
  active: true,
  createdAt: '2026-11-25T00:00:00Z',
});
let consents: Consents;
let answers: ((body: unknown) => Response)[];
const sent: unknown[] = [];

beforeEach(() => {
  i18n.set('en');
  sent.length = 0;
  answers = [];
  consents = {
    items: [
      {
        purpose: purpose('badge-tracking'),
        state: 'given',
        at: '2026-11-25T01:00:00Z',
        noticeVersion: 2,
      },
      { purpose: purpose('training-data'), state: 'outdated', at: null, noticeVersion: 1 },
    ],
    history: [],
  };
  vi.stubGlobal('fetch', async (request: Request) => {
    if (request.method === 'GET') return Response.json(consents);
    const body: unknown = JSON.parse(await request.text());
    sent.push(body);
    return answers.shift()?.(body) ?? Response.json(consents);
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const item = async (id: string) => {
  const all = await screen.findAllByTestId('consent');
  return within(all.find(({ dataset }) => dataset.id === id) as HTMLElement);
};

describe('[SEC-21] the consents of a person', () => {
  it('show each notice in full, and ask again where it has changed', async () => {
    render(MyConsents);
    expect((await item('badge-tracking')).getByTestId('notice').textContent).toBe(
      'the whole notice of badge-tracking',
    );
    const changed = await item('training-data');
    changed.getByText(i18n.t.myData.outdatedHint);
    changed.getByTestId('decide-given');
    changed.getByTestId('decide-refused');
  });

  it('explain a withdrawal before it is sent', async () => {
    const user = userEvent.setup();
    render(MyConsents);
    const click = async () =>
      user.click((await item('badge-tracking')).getByTestId('decide-withdrawn'));
    await click();
    expect(confirm.question?.text).toBe(i18n.t.myData.withdrawTracking);
    confirm.settle(null);
    expect(sent).toEqual([]);
    await click();
    confirm.settle('');
    await eventually(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toEqual({ purpose: 'badge-tracking', noticeVersion: 2, decision: 'withdrawn' });
  });

  it('show the new notice where it changed meanwhile', async () => {
    const user = userEvent.setup();
    render(MyConsents);
    const answer = (await item('training-data')).getByTestId('decide-given');
    answers.push(() => Response.json({ code: 'consent.notice-old' }, { status: 409 }));
    const [first] = consents.items;
    consents = { ...consents, items: first ? [first] : [] };
    await user.click(answer);
    await eventually(() => expect(screen.getAllByTestId('consent')).toHaveLength(1));
    expect(toasts.shown.at(-1)?.text).toBe(i18n.t.myData.noticeChanged);
  });
});
