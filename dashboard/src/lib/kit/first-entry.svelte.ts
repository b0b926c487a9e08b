import { untrack } from 'svelte';
import { MediaQuery } from 'svelte/reactivity';
import { navigating, page } from '$app/state';

/** Both columns of a board are on the screen: Tailwind's breakpoints, as in the boards' markup. */
const bothColumns = {
  md: new MediaQuery('min-width: 48rem'),
  lg: new MediaQuery('min-width: 64rem'),
};

interface Board {
  /** The entry that is open. */
  selected(): string | null;
  /** The first entry of the list; null for an empty list, undefined while it is loading. */
  first(): string | null | undefined;
  /** Opens an entry in place of the address without one, so that Back leaves the board. */
  open(id: string): void;
}

/**
 * On a board of two columns that was opened without an entry, opens the first one, once its list is
 * there. It does so once: what is closed stays closed, what arrives in an empty list is not opened, and
 * a navigation to another page goes on.
 * To be called while a component is made.
 *
 * @param from the breakpoint at which the board has two columns.
 */
export function openFirstEntry(board: Board, from: keyof typeof bothColumns = 'md'): void {
  let isOpening = true;
  $effect(() => {
    if (!isOpening) return;
    const first = board.selected() === null ? board.first() : null;
    if (first === undefined) return;
    isOpening = false;
    if (first === null || !untrack(() => bothColumns[from].current)) return;
    // After the effects that run now: opening may change the page at once.
    queueMicrotask(() => {
      if (board.selected() === null && !isLeaving()) board.open(first);
    });
  });
}

/**
 * A navigation to another address is running. Opening an entry now would cancel it.
 * While a board is mounted, the navigation to the board itself may still be the running one.
 */
function isLeaving(): boolean {
  return navigating.to !== null && navigating.to.url.pathname !== page.url.pathname;
}
