import type { Browser, Page } from 'playwright-core';
import { PASSWORD } from '../../api/src/testing/prepared-server.ts';
import { openPage, signIn } from './browser.ts';

export type OpenOptions = Parameters<typeof openPage>[1];
export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** The list of incidents in a page of its own, once its first row is there. */
export async function openIncidents(
  browser: Browser,
  url: string,
  { user, locale, options = {} }: { user: string; locale: string; options?: OpenOptions },
) {
  const { page, complaints } = await openPage(browser, options);
  await signIn(page, url, user, PASSWORD);
  await page.evaluate((chosen) => localStorage.setItem('anshi.locale', chosen), locale);
  await page.goto(`${url}/incidents`);
  await page.getByTestId('incident-row').first().waitFor();
  return { page, complaints };
}

export const rowOf = (page: Page, { id }: { readonly id: string }) =>
  page.locator(`[data-testid=incident-row][data-id="${id}"]`);

/** Ids of the marked rows. */
export const chosen = (page: Page) =>
  page
    .locator('[data-testid=incident-row][data-chosen=true]')
    .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['id']));

/** The newest message with this text. */
export const toast = (page: Page, text: string | RegExp) => page.getByText(text).last();

/** Groups the list by a choice of the menu, such as `By camera`. */
export async function groupBy(page: Page, choice: string): Promise<void> {
  await page.getByTestId('grouping').click();
  await page.getByRole('option', { name: choice }).click();
}
