import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { User } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
import PersonTraining from './PersonTraining.svelte';

const course = { id: 'lock-out', name: { zh: '上锁挂牌', en: 'Lock-out and tag-out' } };
const failed = {
  id: 'T1',
  version: 1,
  course: course.id,
  courseName: course.name,
  result: 'failed',
  state: 'failed',
  heldOn: '2026-11-20',
  until: null,
  source: 'Training centre',
  entryId: null,
  withdrawReason: null,
  mayChange: true,
  createdAt: '2026-11-20T08:00:00Z',
};
const due = {
  ...failed,
  id: 'T2',
  result: 'due',
  state: 'due',
  until: '2026-12-20',
  entryId: 'S1',
};
let sent: { path: string; body: unknown }[];

beforeEach(() => {
  i18n.set('en');
  sent = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = `${request.method} ${new URL(request.url, location.href).pathname}`;
    if (request.method !== 'GET') sent.push({ path, body: await request.json() });
    if (path.includes('dictionaries')) {
      return Response.json({ items: [{ ...course, active: true }] });
    }
    return Response.json(request.method === 'GET' ? { items: [due, failed] } : failed);
  });
  session.start({
    accessToken: 'a',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    user: { id: 'u1', permissions: ['qualification:manage'] } as unknown as User,
  });
});
afterEach(() => {
  cleanup();
  session.expire();
  vi.unstubAllGlobals();
});

it('[PER-01] shows training with its state, and corrects a course to passed with its last day', async () => {
  render(PersonTraining, { person: 'E1', active: true });
  const rows = await screen.findAllByTestId('training');
  expect(rows.map((row) => row.dataset['state'])).toEqual(['due', 'failed']);
  expect(rows[0]?.textContent).toContain('Retraining due');
  // A retraining that is due can be withdrawn, not corrected.
  expect(screen.getAllByTestId('correct-training')).toHaveLength(1);
  expect(screen.getAllByTestId('withdraw-training')).toHaveLength(2);
  await fireEvent.click(screen.getByTestId('correct-training'));
  expect(screen.queryByTestId('training-until')).toBeNull();
  await fireEvent.change(screen.getByTestId('training-result'), { target: { value: 'passed' } });
  await fireEvent.input(screen.getByTestId('training-until'), { target: { value: '2027-11-20' } });
  await fireEvent.click(screen.getByTestId('save-training'));
  await eventually(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toEqual({
    path: 'PATCH /api/v1/trainings/T1',
    body: {
      course: 'lock-out',
      result: 'passed',
      heldOn: '2026-11-20',
      until: '2027-11-20',
      source: 'Training centre',
      version: 1,
    },
  });
});
