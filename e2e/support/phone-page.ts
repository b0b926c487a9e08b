import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Collects console errors of a page that was opened manually. */
export function listen(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
}

/** Counts taps until the next page load. */
export async function countTaps(page: Page): Promise<void> {
  await page.evaluate(() => {
    Object.assign(window, { taps: 0 });
    addEventListener(
      'click',
      (event) => {
        if (event.isTrusted) (window as unknown as { taps: number }).taps += 1;
      },
      true,
    );
  });
}

/** How many there were since. */
export const taps = (page: Page): Promise<number> =>
  page.evaluate(() => (window as unknown as { taps: number }).taps);

/** Height of an element, pixels; 0 where it is not shown. */
export async function height(target: Locator): Promise<number> {
  return (await target.boundingBox())?.height ?? 0;
}

/** Formatted for <input type="datetime-local">, in the browser's time zone, which is ours. */
export function localTime(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Asserts that the page does not scroll to the side. */
export async function noSideways(page: Page): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
}
