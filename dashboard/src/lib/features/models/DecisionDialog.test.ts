import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/problem.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import * as upload from '$lib/outbox/upload.ts';
import DecisionDialog from './DecisionDialog.svelte';

beforeEach(() => {
  i18n.set('en');
  // The upload has its own tests.
  vi.spyOn(upload, 'uploadFile').mockResolvedValue('file-1');
});
afterEach(cleanup);

it('asks for a reason once the API reports a missed target', async () => {
  const user = userEvent.setup();
  const onclose = vi.fn();
  const ondecide = vi.fn(async (_reason: string, _files: string[], missedReason?: string) => {
    if (!missedReason) throw new ApiError(422, 'model.bench-missed', 'ppe.json missed');
  });
  render(DecisionDialog, { what: 'activate', onclose, ondecide });
  const save = () => user.click(screen.getByTestId('decision-save'));
  // A browser property, which the binding writes, too.
  const input = screen.getByTestId('bench-file');
  Object.defineProperty(input, 'files', {
    value: [new File(['{}'], 'ppe.json')],
    writable: true,
  });
  await fireEvent.change(input);
  await user.type(screen.getByTestId('decision-reason'), 'better');
  expect(screen.queryByTestId('missed-reason')).toBeNull();
  await save();
  const reason = await screen.findByTestId('missed-reason');
  expect(screen.getByTestId('decision-error').textContent).toBe(
    i18n.t.problems['model.bench-missed'],
  );
  // Without a reason nothing is sent.
  await save();
  await screen.findByText(i18n.t.models.reasonMissing);
  expect(ondecide).toHaveBeenCalledOnce();
  await user.type(reason, 'nine points above the last');
  await save();
  await vi.waitFor(() => expect(onclose).toHaveBeenCalledOnce());
  expect(ondecide).toHaveBeenLastCalledWith('better', ['file-1'], 'nine points above the last');
});
