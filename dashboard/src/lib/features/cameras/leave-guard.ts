import { beforeNavigate, goto } from '$app/navigation';
import { confirm } from '$lib/ui/confirm.svelte.ts';

/**
 * Asks before a page with a draft is left. Call it while the component is created.
 *
 * @param isChanged whether there is something to lose. @param texts in the language of the page.
 */
export function guardLeave(
  isChanged: () => boolean,
  texts: () => { leave: string; leaveAction: string },
): void {
  let isLeaving = false;
  beforeNavigate((navigation) => {
    const to = navigation.to?.url;
    if (!isChanged() || isLeaving || !to) return;
    navigation.cancel();
    const { leave: title, leaveAction: action } = texts();
    void confirm.ask({ title, action, tone: 'danger' }).then((sure) => {
      if (sure === null) return;
      isLeaving = true;
      void goto(to);
    });
  });
}
