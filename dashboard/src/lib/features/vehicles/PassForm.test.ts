import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
import PassForm from './PassForm.svelte';

const areas = { items: [{ area: { id: 'loading-gate', name: { zh: '装卸口', en: 'Gate' } } }] };
const text = { zh: '时间须在最近七天内。', en: 'The time has to be within the last seven days.' };
/** Bodies of passes that were sent, and whether they are refused. */
const sent: { plate: string; at?: string }[] = [];
let refused = false;

beforeEach(() => {
  i18n.set('en');
  sent.length = 0;
  refused = false;
  vi.stubGlobal('fetch', async (request: Request) => {
    if (request.method === 'GET') return Response.json(areas);
    sent.push(await request.json());
    if (!refused) return Response.json({ id: '01' }, { status: 201 });
    const errors = [{ field: 'at', message: text.en, text }];
    const problem = { type: 'x', title: 'x', status: 422, code: 'vehicle.pass-fields', errors };
    return new Response(JSON.stringify(problem), {
      status: 422,
      headers: { 'content-type': 'application/problem+json' },
    });
  });
});
afterEach(() => vi.unstubAllGlobals());

it('[POS-08] a pass is entered later with its time, or now; a time that is refused is said at its field', async () => {
  const onsaved = vi.fn();
  const user = userEvent.setup();
  render(PassForm, { onclose: () => {}, onsaved });
  await screen.findByText('Gate');
  await user.type(screen.getByTestId('pass-plate'), 'FL-01');
  await user.selectOptions(screen.getByTestId('pass-area'), 'loading-gate');
  const at = screen.getByTestId<HTMLInputElement>('pass-at');
  expect(at.labels?.[0]?.textContent).toContain('seven days ago');
  await user.type(at, '2026-11-01T08:30');
  refused = true;
  await user.click(screen.getByTestId('save-pass'));
  await eventually(() => expect(at.labels?.[0]?.textContent).toContain(text.en));
  expect(sent[0]?.at).toBe(new Date('2026-11-01T08:30').toISOString());
  expect(onsaved).not.toHaveBeenCalled();
  refused = false;
  await user.clear(at);
  await user.click(screen.getByTestId('save-pass'));
  await eventually(() => expect(onsaved).toHaveBeenCalledOnce());
  expect(sent[1]).not.toHaveProperty('at');
});
