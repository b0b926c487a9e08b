import type { Page } from 'playwright-core';
import type { Plant } from '../plant/plant.ts';

/** Signs a user of the demonstration in on a page, by the form; returns when the wall is shown. */
export async function signInPage(page: Page, plant: Plant, username: string): Promise<void> {
  await page.goto(plant.url);
  await page.getByTestId('username').fill(username);
  await page.getByTestId('password').fill(plant.demoPassword);
  await page.getByTestId('sign-in').click();
  await page.getByTestId('wall').waitFor();
}
