import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
import CloseHandOver from './CloseHandOver.svelte';
import type { BadgeCondition } from './presence-api.ts';

const condition: BadgeCondition = {
  id: '01HZZZZZZZZZZZZZZZZZZZZZZZ',
  badge: 'uwb-1',
  kind: 'hand-over',
  person: null,
  about: 'uwb-2',
  camera: 'hall-west',
  department: null,
  begunAt: '2026-12-01T08:00:00.000Z',
  endedAt: null,
  endedBy: null,
  acknowledged: null,
};
const sent: { path: string; body: unknown }[] = [];
let status = 204;

beforeEach(() => {
  i18n.set('en');
  sent.length = 0;
  status = 204;
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push({ path: new URL(request.url).pathname, body: await request.json() });
    if (status === 204) return new Response(null, { status });
    const problem = { type: 'x', title: 'x', status, code: 'badge-condition.own' };
    return new Response(JSON.stringify(problem), {
      status,
      headers: { 'content-type': 'application/problem+json' },
    });
  });
});
afterEach(() => vi.unstubAllGlobals());

it('a hand-over is closed with what was found, for both badges, and a refusal is said', async () => {
  const onsaved = vi.fn();
  const user = userEvent.setup();
  render(CloseHandOver, { props: { condition, onclose: () => {}, onsaved } });
  expect(screen.getByTestId('hand-over-form').textContent).toContain('uwb-1, uwb-2');
  const close = screen.getByTestId<HTMLButtonElement>('close-hand-over');
  expect(close.disabled).toBe(true);
  await user.click(screen.getByTestId('finding-mended'));
  status = 403;
  await user.click(close);
  await eventually(() =>
    expect(screen.getByTestId('hand-over-form').textContent).toContain('Your own badge'),
  );
  expect(onsaved).not.toHaveBeenCalled();
  status = 204;
  await user.click(close);
  await eventually(() => expect(onsaved).toHaveBeenCalledOnce());
  expect(sent.at(-1)).toEqual({
    path: `/api/v1/locations/conditions/${condition.id}/close`,
    body: { finding: 'mended' },
  });
});
