import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, explain } from '$lib/api/problem.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { stepOf } from '../../test/workflow.ts';
import ActionForm from './ActionForm.svelte';

const field = (id: string, en: string, type: 'text' | 'user' | 'choice', required = true) => ({
  id,
  name: { zh: en, en },
  type,
  required,
  choices: [{ id: 'yes', name: { zh: '是', en: 'Yes' } }],
});
const transition = stepOf('hand-over', 'Hand over', {
  fields: [
    field('assignee', 'Who', 'user'),
    field('machine', 'Machine', 'text'),
    field('reason', 'Reason', 'text', false),
  ],
});
const person = (id: string, en: string) => ({
  id,
  displayName: { zh: en, en },
  department: 'press-shop',
});

beforeEach(() => i18n.set('en'));
afterEach(cleanup);

function open(onact = vi.fn(async () => ({ kind: 'saved', record: null }) as never)) {
  const onclose = vi.fn();
  render(ActionForm, {
    transition,
    people: async () => [person('u1', 'Ann'), person('u2', 'Bo')],
    options: { machine: [{ id: 'press-1', name: { zh: '冲床', en: 'Press 1' } }] },
    onact,
    onclose,
  });
  return { onact, onclose };
}

describe('the form of a step', () => {
  it('sends people, a record of the module and no empty fields', async () => {
    const user = userEvent.setup();
    const { onact, onclose } = open();
    await screen.findByRole('option', { name: 'Bo' });
    await user.selectOptions(screen.getByLabelText('Who'), 'u2');
    await user.selectOptions(screen.getByLabelText('Machine'), 'press-1');
    await user.type(screen.getByTestId('action-note'), 'by phone');
    await user.click(screen.getByTestId('action-submit'));
    await vi.waitFor(() => expect(onclose).toHaveBeenCalledOnce());
    expect(onact).toHaveBeenCalledWith({
      transition: 'hand-over',
      fields: { assignee: 'u2', machine: 'press-1' },
      fileIds: [],
      note: 'by phone',
    });
  });

  it('reports missing input before sending', async () => {
    const user = userEvent.setup();
    const { onact } = open();
    await screen.findByRole('option', { name: 'Bo' });
    await user.click(screen.getByTestId('action-submit'));
    expect(screen.getByTestId('field-missing').textContent).toBe(i18n.t.workflow.fieldMissing);
    expect(onact).not.toHaveBeenCalled();
  });

  it('stays open with the reason on an error, and where the module needs more input', async () => {
    const user = userEvent.setup();
    const error = new ApiError(403, 'workflow.separation', 'you began it');
    const outcomes = [{ kind: 'failed', error }, null];
    const { onact, onclose } = open(vi.fn(async () => outcomes.shift() as never));
    await screen.findByRole('option', { name: 'Bo' });
    await user.selectOptions(screen.getByLabelText('Who'), 'u1');
    await user.selectOptions(screen.getByLabelText('Machine'), 'press-1');
    await user.click(screen.getByTestId('action-submit'));
    expect((await screen.findByTestId('action-error')).textContent?.trim()).toBe(
      explain(error, i18n.t),
    );
    await user.click(screen.getByTestId('action-submit'));
    await vi.waitFor(() => expect(onact).toHaveBeenCalledTimes(2));
    expect(screen.queryByTestId('action-error')).toBeNull();
    expect(onclose).not.toHaveBeenCalled();
  });
});
