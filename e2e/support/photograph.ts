import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** If set to a folder: screenshots of the pages that tests visit. */
const pictures = process.env['ANSHI_SCREENS'];

/**
 * Screenshots of a page in both languages and themes, on a desktop and a phone; reloads it for each.
 *
 * @param part test id of what is scrolled to; left out, the top.
 */
export async function photograph(page: Page, name: string, part?: string): Promise<void> {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  const show = async (width: number, height: number, locale: string, theme: string) => {
    await page.setViewportSize({ width, height });
    await page.evaluate(
      ([chosen, look]) => {
        localStorage.setItem('anshi.locale', chosen ?? '');
        localStorage.setItem('anshi.theme', look ?? '');
      },
      [locale, theme],
    );
    await page.reload();
    await page.waitForFunction(() => document.querySelector('.skeleton') === null);
    if (part) await page.getByTestId(part).evaluate((one) => one.scrollIntoView());
  };
  for (const [width, height, locale, theme] of [
    [1440, 900, 'zh-CN', 'light'],
    [1440, 900, 'en', 'dark'],
    [390, 844, 'zh-CN', 'dark'],
    [390, 844, 'en', 'light'],
  ] as const) {
    await show(width, height, locale, theme);
    await page.screenshot({ path: join(pictures, `${name}-${width}-${locale}-${theme}.png`) });
  }
  await show(1440, 900, 'en', 'light');
}

/** Takes a page as it is, such as an open dialog, on a desktop and a phone. */
export async function photographNow(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  for (const [width, height] of [
    [390, 844],
    [1440, 900],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: join(pictures, `${name}-${width}.png`) });
  }
}
