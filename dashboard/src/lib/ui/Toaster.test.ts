import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import Toaster from './Toaster.svelte';
import { toasts } from './toasts.svelte.ts';

/** Also those that other tests left. */
async function closeAll(): Promise<void> {
  for (const { id } of toasts.shown) toasts.close(id);
  await waitFor(() => expect(screen.queryAllByTestId('toast')).toEqual([]));
}
beforeEach(async () => {
  render(Toaster);
  await closeAll();
});
afterEach(closeAll);

it('shows a message, and runs its action', async () => {
  const undo = vi.fn();
  toasts.show('Confirmed', { action: { text: 'Undo', key: 'U', run: undo } });
  expect((await screen.findByTestId('toast')).textContent).toContain('Confirmed');
  expect(screen.getByTestId('toast').closest('[aria-live]')).not.toBeNull();
  await userEvent.click(screen.getByTestId('toast-action'));
  expect(undo).toHaveBeenCalledOnce();
  await waitFor(() => expect(screen.queryByTestId('toast')).toBeNull());
  expect(toasts.shown).toEqual([]);
});

it('shows the last three, and closes one by button or id', async () => {
  const ids = ['a', 'b', 'c', 'd'].map((text) => toasts.show(text));
  expect(toasts.shown.map(({ text }) => text)).toEqual(['b', 'c', 'd']);
  await waitFor(() => expect(screen.getAllByTestId('toast')).toHaveLength(3));
  toasts.close(ids[1] ?? 0);
  expect(toasts.shown.map(({ text }) => text)).toEqual(['c', 'd']);
  const newest = screen.getByText('d').parentElement?.querySelector('button');
  await userEvent.click(newest as HTMLButtonElement);
  expect(toasts.shown.map(({ text }) => text)).toEqual(['c']);
});

it('closes after a timeout', async () => {
  toasts.show('soon gone', { ms: 20 });
  await screen.findByText('soon gone');
  await waitFor(() => expect(screen.queryByText('soon gone')).toBeNull());
});
