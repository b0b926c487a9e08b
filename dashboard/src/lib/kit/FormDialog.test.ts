import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/problem.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import TestForm from './TestForm.test.svelte';

beforeEach(() => i18n.set('en'));
afterEach(cleanup);

const problem = (status: number, code: string, more: object) =>
  new ApiError(status, code, 'refused', { code, detail: 'refused', ...more });
const before = { id: 'a', version: 1, name: 'Crane', status: 'open' };

it('keeps the input and shows errors at their fields', async () => {
  const user = userEvent.setup();
  const onsaved = vi.fn();
  const errors = [{ field: 'body.name', message: 'must not contain line breaks' }];
  const save = vi
    .fn()
    .mockRejectedValueOnce(problem(400, 'request.invalid', { errors }))
    .mockResolvedValue('saved');
  render(TestForm, { before: null, save, onsaved });
  await user.type(screen.getByTestId('name'), 'Hoist');
  await user.click(screen.getByTestId('save'));
  expect(await screen.findByText(/must not contain line breaks/)).toBeTruthy();
  // The text below the form points to the fields, without repeating the errors.
  expect(screen.getByTestId('form-error').textContent).toBe(i18n.t.kit.seeFields);
  expect((screen.getByTestId('name') as HTMLInputElement).value).toBe('Hoist');
  expect(onsaved).not.toHaveBeenCalled();
  await user.click(screen.getByTestId('save'));
  await vi.waitFor(() => expect(onsaved).toHaveBeenCalledWith('saved'));
});

it('shows what is wrong with a field in the language of the page', async () => {
  const user = userEvent.setup();
  i18n.set('zh-CN');
  const text = { zh: '名称已被使用。', en: 'The name is taken.' };
  const errors = [{ field: 'name', message: text.en, text }];
  const save = vi.fn().mockRejectedValue(problem(422, 'thing.fields', { errors }));
  render(TestForm, { before: null, save, onsaved: vi.fn() });
  await user.click(screen.getByTestId('save'));
  expect(await screen.findByText(/名称已被使用。/)).toBeTruthy();
  expect(screen.queryByText(/The name is taken/)).toBeNull();
});

it('shows errors without a field below the form', async () => {
  const user = userEvent.setup();
  const errors = [{ field: 'body.other', message: 'is not known' }];
  const save = vi.fn().mockRejectedValue(problem(400, 'request.invalid', { errors }));
  render(TestForm, { before: null, save, onsaved: vi.fn() });
  await user.click(screen.getByTestId('save'));
  expect((await screen.findByTestId('form-error')).textContent).not.toBe(i18n.t.kit.seeFields);
});

it('shows a concurrent change, and overwrites or reloads it', async () => {
  const user = userEvent.setup();
  const current = { ...before, version: 4, name: 'Bridge crane' };
  const changed = { by: { zh: '王安全', en: 'Wang An' }, at: '2026-11-27T03:00:00.000Z' };
  const save = vi
    .fn()
    .mockRejectedValueOnce(problem(409, 'thing.version-conflict', { current, changed }))
    .mockResolvedValue('saved');
  const onsaved = vi.fn();
  const onreload = vi.fn();
  render(TestForm, { before, save, onsaved, onreload });
  await user.click(screen.getByTestId('save'));
  const note = await screen.findByTestId('conflict');
  expect(note.textContent).toContain('Wang An');
  expect(note.textContent).toContain('Name Crane → Bridge crane');
  expect(note.textContent).not.toContain('Status');
  expect(screen.queryByTestId('save')).toBeNull();
  await user.click(screen.getByTestId('conflict-reload'));
  expect(onreload).toHaveBeenCalledWith(current);
  await user.click(screen.getByTestId('conflict-keep'));
  await vi.waitFor(() => expect(onsaved).toHaveBeenCalledWith('saved'));
  expect(save.mock.calls).toEqual([[undefined], [4]]);
});

it('begins at its first field where there is a mouse, and at the dialog where the keyboard would cover it', async () => {
  const pointer = (fine: boolean) =>
    vi.stubGlobal('matchMedia', (query: string) => ({
      matches: fine && query === '(pointer: fine)',
      addEventListener: () => {},
      removeEventListener: () => {},
    }));
  pointer(true);
  render(TestForm, { before: null, save: vi.fn(), onsaved: vi.fn() });
  await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByTestId('name')));
  cleanup();
  pointer(false);
  render(TestForm, { before: null, save: vi.fn(), onsaved: vi.fn() });
  const dialog = await screen.findByTestId('form');
  await vi.waitFor(() => expect(dialog.contains(document.activeElement)).toBe(true));
  expect(document.activeElement).not.toBe(screen.getByTestId('name'));
  vi.unstubAllGlobals();
});
