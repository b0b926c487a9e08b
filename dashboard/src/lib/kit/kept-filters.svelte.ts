import { goto } from '$app/navigation';
import { page } from '$app/state';
import { listChoices } from './list-choices.ts';

/**
 * Opens a list with the filters that the person keeps for it, where its address names none, and keeps what is chosen from then
 * on. To be called while the component of the list is initialised.
 *
 * @param list the key of the list; null where its filters are not in the address.
 */
export function keepFilters(list: string | null): void {
  if (list === null) return;
  const { pathname, search } = page.url;
  const { filters } = listChoices.of(list);
  let isOpened = search !== '' || !filters;
  if (!isOpened) {
    void goto(`${pathname}${filters}`, {
      replaceState: true,
      keepFocus: true,
      noScroll: true,
    }).then(() => (isOpened = true));
  }
  $effect(() => {
    const { search: now } = page.url;
    if (isOpened && listChoices.of(list).filters !== undefined) listChoices.keepFilters(list, now);
  });
}
