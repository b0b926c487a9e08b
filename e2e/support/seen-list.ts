import type { Page } from 'playwright-core';
import { until } from './until.ts';

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

/** Presses a key that opens another row, waits until that is in sight, and says what can be seen then. */
export async function seenAfter(page: Page, header: string, key: string) {
  const before = (await seenList(page, header)).open;
  await page.keyboard.press(key);
  await until('the next row is open', async () => (await seenList(page, header)).open !== before);
  await until('it is in sight', async () => (await seenList(page, header)).isOpenInSight);
  return seenList(page, header);
}
