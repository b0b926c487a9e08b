import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { overflows, PRESSED } from './overflows.ts';

/** What plain mode promises: least size of text and of what can be pressed, pixels, and least contrast. */
export const PLAIN = { text: 24, target: 64, contrast: 7 };

/**
 * Where the page breaks what plain mode promises; empty where it keeps it. Drawings, pictures and what is disabled are
 * left out, and links within a sentence as targets.
 */
export async function plainFaults(page: Page): Promise<string[]> {
  const faults = await page.evaluate(
    ({ text: leastText, target: leastTarget, pressed }) => {
      const found: string[] = [];
      const isShown = (element: Element) =>
        element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) &&
        element.closest('[aria-hidden=true], .sr-only, svg, video, canvas, [inert]') === null;
      const nameOf = (element: Element) => {
        const test = element.closest<HTMLElement>('[data-testid]')?.dataset['testid'] ?? '';
        const text = element.textContent?.trim().replaceAll(/\s+/g, ' ').slice(0, 30) ?? '';
        return `${element.tagName.toLowerCase()} "${text}" in ${test}`;
      };
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        if (!element || node.textContent?.trim() === '' || !isShown(element)) continue;
        if (['SCRIPT', 'STYLE', 'NOSCRIPT', 'OPTION'].includes(element.tagName)) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        if (range.getBoundingClientRect().width <= 1) continue;
        const size = Number.parseFloat(getComputedStyle(element).fontSize);
        if (size < leastText) found.push(`text of ${size} px: ${nameOf(element)}`);
        for (let box: Element | null = element; box; box = box.parentElement) {
          const { overflowX, textOverflow } = getComputedStyle(box);
          if (
            textOverflow === 'ellipsis' &&
            overflowX === 'hidden' &&
            box.scrollWidth > box.clientWidth + 1
          ) {
            found.push(`cut: ${nameOf(element)}`);
          }
        }
      }
      for (const element of document.querySelectorAll<HTMLElement>(pressed)) {
        if (!isShown(element) || element.matches(':disabled, [type=hidden], [type=file]')) continue;
        if (element.tagName === 'A' && getComputedStyle(element).display === 'inline') continue;
        const own = element.getBoundingClientRect();
        if (own.width <= 1 || own.height <= 1 || own.bottom < 0) continue;
        const label = element.matches('[type=checkbox], [type=radio]')
          ? element.closest('label')
          : null;
        const box = label?.getBoundingClientRect() ?? own;
        // The area around a switch belongs to it.
        const more = element.matches('[role=switch]') ? getComputedStyle(element, '::after') : null;
        const added = (side: 'top' | 'left') => (more ? -2 * Number.parseFloat(more[side]) : 0);
        const [width, height] = [box.width + added('left'), box.height + added('top')];
        if (Math.min(width, height) < leastTarget - 0.5) {
          found.push(`target of ${Math.round(width)} x ${Math.round(height)}: ${nameOf(element)}`);
        }
      }
      return found;
    },
    { ...PLAIN, pressed: PRESSED },
  );
  await page.evaluate(axe.source);
  const pale = await page.evaluate(async (expected) => {
    const { axe: checker } = globalThis as unknown as {
      axe: {
        configure(options: object): void;
        run(options: object): Promise<{
          violations: { nodes: { target: string[]; html: string; failureSummary: string }[] }[];
        }>;
      };
    };
    const contrastRatio = { normal: { expected }, large: { expected } };
    checker.configure({ checks: [{ id: 'color-contrast-enhanced', options: { contrastRatio } }] });
    const { violations } = await checker.run({
      runOnly: { type: 'rule', values: ['color-contrast-enhanced'] },
      rules: { 'color-contrast-enhanced': { enabled: true } },
    });
    return violations.flatMap(({ nodes }) =>
      nodes.map(
        ({ html, failureSummary }) =>
          `${failureSummary.split('\n')[1]?.trim()}: ${html.slice(0, 120)}`,
      ),
    );
  }, PLAIN.contrast);
  return [...new Set([...faults, ...(await overflows(page)), ...pale])];
}
