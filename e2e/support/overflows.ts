import type { Page } from 'playwright-core';

/** What can be pressed. */
export const PRESSED =
  'a[href], button, input, select, textarea, summary, [role=tab], [role=switch], [role=menuitem], [role=option]';

/** Text that does not fit: pages that are wider than the screen, buttons that cut their text or are cut by the screen. */
export const overflows = (page: Page): Promise<string[]> =>
  page.evaluate((pressed) => {
    const found: string[] = [];
    const content = document.querySelector('#content, main');
    for (const box of [document.documentElement, content]) {
      if (box && box.scrollWidth > box.clientWidth + 1) {
        found.push(
          `wider than the screen by ${box.scrollWidth - box.clientWidth} px: ${box.id || box.tagName}`,
        );
      }
    }
    const shown = { checkOpacity: true, checkVisibilityCSS: true };
    for (const element of document.querySelectorAll<HTMLElement>(pressed)) {
      if (!element.checkVisibility(shown)) continue;
      if (element.closest('[aria-hidden=true], .sr-only, [inert]')) continue;
      // A switch is drawn beyond its own area, fields scroll, and a link in a sentence has no area.
      if (element.matches('input, select, textarea, [role=switch]')) continue;
      if (getComputedStyle(element).display === 'inline') continue;
      const { width, left, right } = element.getBoundingClientRect();
      if (width <= 1) continue;
      const text = element.textContent?.trim().replaceAll(/\s+/g, ' ').slice(0, 30);
      const name = `"${text}" ${element.dataset['testid'] ?? ''}`;
      if (element.scrollWidth > element.clientWidth + 1) {
        found.push(`text beyond its button: ${name}`);
      }
      const isCut = left < innerWidth && right > innerWidth + 1;
      if (isCut && !element.closest('.overflow-x-auto')) found.push(`cut by the screen: ${name}`);
    }
    return [...new Set(found)];
  }, PRESSED);
