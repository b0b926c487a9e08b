import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import Timeline from './Timeline.svelte';
import type { Step } from './types.ts';

const both = (en: string) => ({ zh: en, en });
const step = (version: number, part: Partial<Step>): Step => ({
  version,
  kind: 'transition',
  transition: null,
  transitionName: null,
  from: null,
  to: 'open',
  toName: both('Open'),
  by: null,
  bySystem: false,
  at: '2026-11-25T06:00:00.000Z',
  fields: {},
  values: [],
  files: [],
  note: null,
  ...part,
});
const props = { id: 'r1', version: 1, started: 'Reported', hidden: 'Reporter' };

beforeEach(() => i18n.set('en'));
afterEach(cleanup);

it('distinguishes a hidden person from the system, and uses the API’s names', async () => {
  const ann = { id: 'u1', displayName: both('Ann') };
  const value = (id: string, en: string, valueName: string | null) => ({
    id,
    name: both(en),
    type: 'user' as const,
    value: 'u2',
    valueName: valueName === null ? null : both(valueName),
  });
  const steps = [
    step(1, { kind: 'started' }),
    step(2, {
      transition: 'hand-over',
      transitionName: both('Hand over'),
      by: ann,
      values: [value('assignee', 'Who', 'Bo')],
      note: 'by phone',
    }),
    step(3, { kind: 'reassigned', bySystem: true }),
  ];
  render(Timeline, { ...props, read: async () => steps });
  const [first, second, third] = (await screen.findAllByTestId('timeline-step')).map((one) =>
    one.textContent?.replace(/\s+/g, ' '),
  );
  expect(first).toContain('Reported Reporter');
  expect(second).toContain('Hand over Ann');
  expect(second).toContain('Who: Bo');
  expect(second).toContain('by phone');
  expect(third).toContain(`${i18n.t.workflow.reassigned} ${i18n.t.workflow.bySystem}`);
});

it('shows a load error, and retries', async () => {
  const user = userEvent.setup();
  let fails = true;
  const read = async () => {
    if (fails) throw new Error('away');
    return [step(1, { kind: 'started' })];
  };
  render(Timeline, { ...props, read });
  await screen.findByText(i18n.t.workflow.timelineFailed);
  fails = false;
  await user.click(screen.getByText(i18n.t.common.retry));
  await screen.findByTestId('timeline-step');
});
