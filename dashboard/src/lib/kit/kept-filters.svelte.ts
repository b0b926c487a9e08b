import { goto } from '$app/navigation';
import { page } from '$app/state';
import { listChoices } from './list-choices.ts';
import { changedFilters, keepable } from './list-filters.ts';

/** The list that is shown, and the path of its page. */
let shown: { list: string; pathname: string } | null = null;

/** The filters that a person keeps for a list, while it is shown. */
export interface KeptFilters {
  /** The list was opened with them, and they still narrow it. */
  readonly isNarrowed: boolean;
  /** Shows all rows, now and when the list is opened again. */
  clear(): void;
}

const goTo = (address: string) =>
  goto(address, { replaceState: true, keepFocus: true, noScroll: true });

/**
 * Opens a list with the filters that the person keeps for it, where its address names none. To be called while the component
 * of the list is initialised. Only what the person changes on the page is kept, see {@link keepChange}.
 *
 * @param list the key of the list; null where its filters are not in the address.
 */
export function keepFilters(list: string | null): KeptFilters | null {
  if (list === null) return null;
  const { pathname, search } = page.url;
  const kept = keepable(listChoices.of(list).filters ?? '');
  const isOpened = search === '' && kept !== '';
  if (isOpened) void goTo(`${pathname}${kept}`);
  $effect(() => {
    const own = { list, pathname };
    shown = own;
    return () => {
      if (shown === own) shown = null;
    };
  });
  return {
    get isNarrowed() {
      return isOpened && page.url.pathname === pathname && page.url.search !== '';
    },
    clear() {
      keepChange(page.url, '');
      void goTo(pathname);
    },
  };
}

/**
 * The person changes the filters of the shown list. Where they keep them, this change is kept; what a link put into the
 * address before is not.
 *
 * @param from the address before it.
 * @param search the filters after it, as in an address.
 */
export function keepChange({ pathname, search: before }: URL, search: string): void {
  if (shown === null || shown.pathname !== pathname) return;
  const { filters } = listChoices.of(shown.list);
  if (filters !== undefined)
    listChoices.keepFilters(shown.list, changedFilters(filters, before, search));
}
