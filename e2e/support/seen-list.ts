import type { Page } from 'playwright-core';

/**
 * What can be seen of the review queue: whether something lies over the header of a group, or over the open row.
 *
 * @param header selects the header.
 */
export const seenList = (page: Page, header: string) =>
  page.evaluate((of) => {
    const list = document.querySelector('[data-testid=incident-list]')!.getBoundingClientRect();
    const open = document.querySelector<HTMLElement>(
      '[data-testid=incident-row][aria-current=true]',
    );
    const isSeen = (element: Element | null, at: 'top' | 'bottom') => {
      const box = element?.getBoundingClientRect();
      const y = box && (at === 'top' ? box.top + 2 : box.bottom - 2);
      if (!box || !y || y < list.top || y > list.bottom) return false;
      const found = document.elementFromPoint(box.left + box.width / 2, y);
      return element?.contains(found) ?? false;
    };
    const head = document.querySelector(of);
    return {
      open: open?.dataset['id'],
      isOpenInSight: isSeen(open, 'top') && isSeen(open, 'bottom'),
      isHeaderSeen: isSeen(head, 'top'),
      isHeaderOnTop:
        isSeen(head, 'top') && Math.abs(head!.getBoundingClientRect().top - list.top) < 1,
    };
  }, header);
