import { expect, it, onTestFinished, vi } from 'vitest';
import { ApiError } from '$lib/api/problem.ts';
import { attempt } from './attempt.ts';
import { placeNotes, pressedControls } from './place-note.svelte.ts';
import { toasts } from './toasts.svelte.ts';

const refused = () => Promise.reject(new ApiError(403, 'access.denied', 'no'));

/** A button as a browser has it: with a place on the page. */
function button(): HTMLButtonElement {
  const made = document.body.appendChild(document.createElement('button'));
  vi.spyOn(made, 'getClientRects').mockReturnValue([{}] as unknown as DOMRectList);
  onTestFinished(() => made.remove());
  return made;
}
const press = (on: Element) => on.dispatchEvent(new Event('pointerdown', { bubbles: true }));

it('[UX-09] why an action failed is shown at the control that was pressed', async () => {
  onTestFinished(placeNotes.follow());
  const toast = vi.spyOn(toasts, 'show');
  const [first, second] = [button(), button()];
  press(first);
  const failing = attempt(refused);
  // A press while it runs is another action.
  press(second);
  await failing;
  expect(placeNotes.shown).toMatchObject({ anchor: first, tone: 'danger' });
  expect(placeNotes.shown?.text).toMatch(/administrator|管理员/);
  press(second);
  expect(placeNotes.shown).toBeNull();
  expect(toast).not.toHaveBeenCalled();
});

it('at the control before it, where the pressed one has gone with its dialog; else as a short message', async () => {
  const stop = placeNotes.follow();
  const toast = vi.spyOn(toasts, 'show').mockReturnValue(1);
  const [opener, inDialog] = [button(), button()];
  press(opener);
  press(inDialog);
  inDialog.remove();
  await attempt(refused);
  expect(placeNotes.shown?.anchor).toBe(opener);
  opener.remove();
  await attempt(refused);
  expect(toast).toHaveBeenCalledOnce();
  stop();
  expect(pressedControls()).toEqual([]);
  // Without the host on the page nothing would show it.
  press(button());
  await attempt(refused);
  expect(toast).toHaveBeenCalledTimes(2);
});
