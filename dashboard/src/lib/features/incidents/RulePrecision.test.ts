import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { User } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import { violationOf } from '../../../test/violation.ts';
import RulePrecision from './RulePrecision.svelte';

let asked: URL[];
beforeEach(() => {
  i18n.set('en');
  asked = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = new URL(request.url, location.href);
    if (url.pathname.endsWith('/rule-precision')) asked.push(url);
    const reasons = { 'not-a-person': 18, other: 2 };
    return Response.json({ minJudged: 20, confirmed: 5, dismissed: 20, reasons });
  });
});
afterEach(() => {
  cleanup();
  session.expire();
  vi.unstubAllGlobals();
});

it('says to a reviewer how often the rule was right at this camera, and what to change where it was mostly wrong', async () => {
  session.start({
    accessToken: 'a',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    user: { id: 'u1', permissions: ['violation:review', 'camera:manage'] } as unknown as User,
  });
  render(RulePrecision, { violation: violationOf(1, { camera: 'hall-west' }) });
  const line = await screen.findByTestId('rule-precision');
  expect(line.textContent).toMatch(/in the last 30 days: right 5, false 20\./);
  expect(screen.getByTestId('rule-suggestion').textContent).toContain('mask that place');
  expect(line.querySelector('a')?.getAttribute('href')).toBe('/cameras/draw/hall-west');
  expect(asked[0]?.searchParams.get('violation')).toBe(violationOf(1).id);
});
