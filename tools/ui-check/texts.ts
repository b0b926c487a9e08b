import type { Page } from 'playwright-core';

/** A text as people see or hear it. */
export interface ShownText {
  selector: string;
  text: string;
}

/**
 * All texts of a page: nodes, labels, placeholders, and titles. Left out is what is marked with a language of its own
 * (`lang`), as WCAG 3.1.2 asks for a part in another language, and code.
 */
export function shownTexts(page: Page): Promise<ShownText[]> {
  return page.evaluate(() => {
    const found: { selector: string; text: string }[] = [];
    const isOwn = (element: Element) =>
      element.closest('[lang]') === document.documentElement &&
      element.closest('code, kbd, pre, script, style, noscript, title') === null;
    const add = (element: Element, text: string | null) => {
      const shown = text?.trim().replaceAll(/\s+/g, ' ') ?? '';
      if (shown === '') return;
      found.push({ selector: globalThis.uiCheck.selectorOf(element), text: shown });
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!element || !isOwn(element)) continue;
      const isOption = element.tagName === 'OPTION';
      if (isOption || globalThis.uiCheck.isShown(element)) add(element, node.textContent);
    }
    for (const element of document.querySelectorAll(
      '[aria-label], [placeholder], [title], [alt]',
    )) {
      if (!isOwn(element) || !globalThis.uiCheck.isShown(element)) continue;
      for (const name of ['aria-label', 'placeholder', 'title', 'alt']) {
        add(element, element.getAttribute(name));
      }
    }
    add(document.documentElement, document.title);
    return found;
  });
}
