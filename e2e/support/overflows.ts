import type { Page } from 'playwright-core';

/** Where text does not fit: what is wider than the screen, and buttons whose text reaches out of them; empty where all fits. */
export const overflows = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const content = document.querySelector('#content, main');
    for (const box of [document.documentElement, content]) {
      if (box && box.scrollWidth > box.clientWidth + 1) {
        found.push(
          `wider than the screen by ${box.scrollWidth - box.clientWidth} px: ${box.id || box.tagName}`,
        );
      }
    }
    for (const element of document.querySelectorAll<HTMLElement>('button, a[href], [role=tab]')) {
      if (!element.checkVisibility() || element.closest('[aria-hidden=true], .sr-only')) continue;
      // A switch is drawn beyond its own area, and a link in a sentence has none.
      if (element.matches('[role=switch]') || getComputedStyle(element).display === 'inline')
        continue;
      const { width, left, right } = element.getBoundingClientRect();
      const name = `"${element.textContent?.trim().slice(0, 30)}" ${element.dataset['testid'] ?? ''}`;
      if (width > 1 && element.scrollWidth > element.clientWidth + 1)
        found.push(`text beyond its button: ${name}`);
      if (
        width > 1 &&
        left < innerWidth &&
        right > innerWidth + 1 &&
        !element.closest('.overflow-x-auto')
      ) {
        found.push(`cut by the screen: ${name}`);
      }
    }
    return [...new Set(found)];
  });
