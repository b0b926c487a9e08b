import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, type MockInstance, vi } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { Refused } from '$lib/outbox/sync.ts';
import * as upload from '$lib/outbox/upload.ts';
import Attachments from './Attachments.svelte';

// The upload has its own tests.
let uploadFile: MockInstance<typeof upload.uploadFile>;

beforeEach(() => {
  i18n.set('en');
  uploadFile = vi.spyOn(upload, 'uploadFile');
});
afterEach(cleanup);

async function pick(...names: string[]): Promise<void> {
  const input = screen.getByTestId('pick-attachment');
  const files = names.map((name) => new File(['1234'], name));
  Object.defineProperty(input, 'files', { value: files, configurable: true });
  Object.defineProperty(input, 'value', { value: '', writable: true, configurable: true });
  await fireEvent.change(input);
}

it('uploads the selected file, shows the progress, and returns its id', async () => {
  let finish: (id: string) => void = () => {};
  uploadFile.mockImplementation((_source, tell) => {
    void tell({ sentBytes: 2 });
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  const onadd = vi.fn();
  render(Attachments, { files: [], onadd });
  await pick('licence.pdf');
  expect((await screen.findByTestId('upload')).textContent).toContain('Uploading 50%');
  finish('file-1');
  await vi.waitFor(() => expect(onadd).toHaveBeenCalledWith({ id: 'file-1', name: 'licence.pdf' }));
  await vi.waitFor(() => expect(screen.queryByTestId('upload')).toBeNull());
});

it('shows why a file was refused, and retries it', async () => {
  const user = userEvent.setup();
  uploadFile
    .mockRejectedValueOnce(new Refused('file.odd', 'not taken'))
    .mockResolvedValueOnce('file-2');
  const onadd = vi.fn();
  render(Attachments, { files: [], onadd });
  await pick('virus.exe');
  expect((await screen.findByRole('alert')).textContent).toBe(i18n.t.errors.refused('not taken'));
  await user.click(screen.getByTestId('retry-upload'));
  await vi.waitFor(() => expect(onadd).toHaveBeenCalledWith({ id: 'file-2', name: 'virus.exe' }));
});

it('limits the number of files, and removes one', async () => {
  const user = userEvent.setup();
  uploadFile.mockResolvedValue('file-3');
  const onadd = vi.fn();
  const onremove = vi.fn();
  const files = [{ id: 'a', name: 'a.pdf' }];
  render(Attachments, { files, onadd, onremove, most: 2 });
  await pick('b.pdf', 'c.pdf');
  await vi.waitFor(() => expect(onadd).toHaveBeenCalledOnce());
  expect(screen.getByRole('alert').textContent).toBe(i18n.t.kit.tooManyFiles(2));
  await user.click(screen.getByTestId('remove-attachment'));
  expect(onremove).toHaveBeenCalledWith(files[0]);
});

it('is read-only without handlers', () => {
  render(Attachments, { files: [] });
  expect(screen.queryByTestId('add-attachment')).toBeNull();
  expect(screen.getByTestId('attachments').textContent).toContain(i18n.t.kit.noAttachments);
});
