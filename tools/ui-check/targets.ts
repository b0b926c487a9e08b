import type { Page } from 'playwright-core';
import type { Fault } from './accessibility.ts';

/** Least width and height of what a finger presses, CSS pixels. */
export const LEAST_TARGET = 44;

/**
 * What is too small for a finger. Exempt, as in WCAG 2.5.5: links within a sentence, what is disabled, and what is
 * pressed through a larger label or an area around it (`::after` of a switch). A drawing has no targets of its own.
 */
export function smallTargets(page: Page): Promise<Fault[]> {
  return page.evaluate((least) => {
    const pressed =
      'a[href], button, input, select, textarea, summary, [role=tab], [role=switch], [role=menuitem], [role=option], [role=radio], [role=checkbox]';
    const found: { selector: string; what: string }[] = [];
    for (const element of document.querySelectorAll<HTMLElement>(pressed)) {
      if (!globalThis.uiCheck.isShown(element) || element.closest('svg, canvas')) continue;
      if (element.matches(':disabled, [aria-disabled=true], [type=hidden], [type=file]')) continue;
      if (element.tagName === 'A' && getComputedStyle(element).display === 'inline') continue;
      const own = element.getBoundingClientRect();
      // Positioned out of sight until it has the focus: the link to the content.
      if (own.width <= 1 || own.height <= 1 || own.bottom <= 0) continue;
      const label = element.matches('[type=checkbox], [type=radio]')
        ? element.closest('label')
        : null;
      const box = label?.getBoundingClientRect() ?? own;
      const around = getComputedStyle(element, '::after');
      const reaches = around.content !== 'none' && around.position === 'absolute';
      const added = (side: 'top' | 'left') =>
        reaches ? Math.max(0, -2 * (Number.parseFloat(around[side]) || 0)) : 0;
      const [width, height] = [box.width + added('left'), box.height + added('top')];
      if (Math.min(width, height) >= least - 0.5) continue;
      found.push({
        selector: globalThis.uiCheck.selectorOf(element),
        what: `${element.tagName.toLowerCase()} of ${Math.round(width)} x ${Math.round(height)} px "${(
          element.getAttribute('aria-label') ??
          element.textContent ??
          ''
        )
          .trim()
          .replaceAll(/\s+/g, ' ')
          .slice(0, 24)}"`,
      });
    }
    return found;
  }, LEAST_TARGET);
}
