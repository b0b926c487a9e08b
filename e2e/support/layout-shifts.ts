import type { Page } from 'playwright-core';

/** Longer than half a second after a key, in which shifts do not count. */
const LATE_MS = 600;

/** Later than all others. */
const LAST_MS = 1_200;

/**
 * Notes what moves in a page without a key or a click within half a second before, while all answers of the API come late.
 *
 * @param last the address of answers that come after all others.
 * @returns reads what moved since then, largest first, each with its share of the layout shift.
 */
export async function watchLayoutShifts(
  page: Page,
  last?: RegExp,
): Promise<() => Promise<string[]>> {
  await page.route('**/api/v1/**', async (route) => {
    const isLast = last?.test(route.request().url());
    await new Promise((resolve) => setTimeout(resolve, isLast ? LAST_MS : LATE_MS));
    // The page may be closed by then.
    await route.continue().catch(() => {});
  });
  await page.evaluate(() => {
    if (!PerformanceObserver.supportedEntryTypes.includes('layout-shift')) {
      throw new Error('this browser tells of no layout shifts');
    }
    const noted: [number, string][] = [];
    Object.assign(globalThis, { notedShifts: noted });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, hadRecentInput, sources } = entry as PerformanceEntry & {
          value: number;
          hadRecentInput: boolean;
          sources: { node: Node | null; previousRect: DOMRect; currentRect: DOMRect }[];
        };
        if (hadRecentInput) continue;
        const moved = sources.map(({ node, previousRect: from, currentRect: to }) => {
          const element = node instanceof Element ? node : node?.parentElement;
          const part = element?.closest('[data-testid]')?.getAttribute('data-testid');
          return `${part} ${element?.tagName} from ${from.x},${from.y} to ${to.x},${to.y}`;
        });
        noted.push([value, moved.join('; ')]);
      }
    }).observe({ type: 'layout-shift' });
  });
  return async () => {
    const noted = await page.evaluate(
      () => (globalThis as unknown as { notedShifts: [number, string][] }).notedShifts,
    );
    return noted.sort(([a], [b]) => b - a).map(([value, what]) => `${value.toFixed(4)} ${what}`);
  };
}
