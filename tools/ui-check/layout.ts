import type { Page } from 'playwright-core';
import type { Fault } from './accessibility.ts';

/**
 * Finds elements that make the page scroll sideways, and tables whose columns are cut off by a box that does not scroll. A box that scrolls by
 * itself, such as a row of tabs, is none.
 */
export function overflow(page: Page): Promise<Fault[]> {
  return page.evaluate(() => {
    const found: { selector: string; what: string }[] = [];
    for (const box of [document.documentElement, document.querySelector('#content, main')]) {
      if (!box || box.scrollWidth <= box.clientWidth + 1) continue;
      const { overflowX } = getComputedStyle(box);
      if (box !== document.documentElement && overflowX === 'hidden') continue;
      const edge = box.getBoundingClientRect().left + box.clientWidth + 1;
      const scrolls = (element: Element): boolean => {
        for (let at = element.parentElement; at && at !== box; at = at.parentElement) {
          if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(at).overflowX))
            return true;
        }
        return false;
      };
      const beyond = [...box.querySelectorAll('*')].filter(
        (one) =>
          globalThis.uiCheck.isShown(one) &&
          one.getBoundingClientRect().right > edge &&
          one.getBoundingClientRect().width > 0 &&
          !scrolls(one),
      );
      // The innermost one is the cause.
      const cause = beyond.filter(
        (one) => !beyond.some((other) => other !== one && one.contains(other)),
      )[0];
      found.push({
        selector: globalThis.uiCheck.selectorOf(cause ?? box),
        what: `wider than the screen by ${box.scrollWidth - box.clientWidth} px`,
      });
    }
    for (const table of document.querySelectorAll('table')) {
      if (!globalThis.uiCheck.isShown(table)) continue;
      let box = table.parentElement;
      while (box && getComputedStyle(box).overflowX === 'visible') box = box.parentElement;
      if (!box || ['auto', 'scroll'].includes(getComputedStyle(box).overflowX)) continue;
      const { left } = box.getBoundingClientRect();
      const cut = table.getBoundingClientRect().right - left - box.clientLeft - box.clientWidth;
      if (cut <= 1) continue;
      found.push({
        selector: globalThis.uiCheck.selectorOf(table),
        what: `columns of a table are cut off, ${Math.round(cut)} px`,
      });
    }
    return found;
  });
}

/**
 * Second columns that show nothing beside a list that has entries: two children of one row, both at least 280 px wide
 * and 300 px high, the first with entries, the other without a text besides "choose one".
 */
export function emptyColumns(page: Page): Promise<Fault[]> {
  return page.evaluate(() => {
    const found: { selector: string; what: string }[] = [];
    const large = (element: Element) => {
      const { width, height } = element.getBoundingClientRect();
      return width >= 280 && height >= 300;
    };
    for (const row of document.querySelectorAll('body *:not(nav *, header *)')) {
      if (!/flex|grid/.test(getComputedStyle(row).display) || row.children.length < 2) continue;
      const parts = [...row.children].filter(
        (one) => globalThis.uiCheck.isShown(one) && large(one),
      );
      const [first, second] = parts;
      if (parts.length !== 2 || !first || !second) continue;
      const [left, right] = [first.getBoundingClientRect(), second.getBoundingClientRect()];
      if (right.left < left.right - 2) continue;
      const entries = first.querySelectorAll('[role=listitem], li, tbody tr, [role=option]').length;
      if (entries === 0) continue;
      const message = second.querySelector('[role=status]')?.textContent?.trim() ?? '';
      const drawn = second.querySelector('svg[role=img], canvas, video, img, iframe, form, input');
      const text = second.textContent?.trim() ?? '';
      if (drawn || (text !== '' && text !== message)) continue;
      found.push({
        selector: globalThis.uiCheck.selectorOf(second),
        what: `empty beside ${entries} entries: "${text.slice(0, 40)}"`,
      });
    }
    return found;
  });
}
