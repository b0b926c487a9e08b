import type { Page } from 'playwright-core';

/** What the checks that run in a page share. */
export interface InPage {
  /** A short selector that finds the element again: its test id, or the way to it from one that has one. */
  selectorOf(element: Element): string;
  /** Shown to people: not hidden, not for screen readers alone, not behind a dialog. */
  isShown(element: Element): boolean;
}

declare global {
  var uiCheck: InPage;
}

/** Puts the shared functions into a page; again after each navigation. */
export async function prepare(page: Page): Promise<void> {
  await page.evaluate(() => {
    const nameOf = (element: Element): string => {
      const test = element.getAttribute('data-testid');
      if (test) return `[data-testid=${test}]`;
      return element.id && !/\d/.test(element.id)
        ? `#${element.id}`
        : element.tagName.toLowerCase();
    };
    globalThis.uiCheck = {
      selectorOf(element) {
        const path: string[] = [];
        for (let at: Element | null = element; at && path.length < 5; at = at.parentElement) {
          const name = nameOf(at);
          path.unshift(name);
          if (name.startsWith('[') || name.startsWith('#')) break;
        }
        return path.join(' > ');
      },
      isShown(element) {
        if (!element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }))
          return false;
        return element.closest('[aria-hidden=true], .sr-only, [inert]') === null;
      },
    };
  });
}
