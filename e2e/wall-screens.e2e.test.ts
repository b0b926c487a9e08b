import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openAs, openPage } from './support/browser.ts';
import { photographNow } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

/** A screen on a wall: a browser without an account, and an administrator at another one. */
describe('a screen on a wall', () => {
  let world: SharedWorld;
  let browser: Browser;

  beforeAll(async () => {
    world = await openSharedWorld();
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  it('is paired by the code that it shows, shows the shared group of the demonstration and no other page, until it is revoked', async () => {
    const { page: screen, complaints } = await openPage(browser, { locale: 'en-US' });
    await screen.goto(`${world.plant.url}/screen`);
    const code = (await screen.getByTestId('screen-code').textContent())?.trim() ?? '';
    expect(code).toMatch(/^[2-9A-Z]{4}-[2-9A-Z]{4}$/);
    await photographNow(screen, 'screen-code');

    const { page: admin } = await openAs(browser, world.plant, 'safety.head', '/admin/screens');
    await admin.getByTestId('pair-screen').click();
    await admin.getByTestId('screen-code-field').fill('AAAA-AAAA');
    await admin.getByTestId('screen-name').fill('East wall');
    await admin.getByTestId('save-screen').click();
    await admin.getByText('No screen shows this code now').waitFor();
    await admin.getByTestId('screen-code-field').fill(code.toLowerCase());
    await admin.getByTestId('save-screen').click();
    const row = admin.getByTestId('screen-row').filter({ hasText: 'East wall' });
    await row.waitFor();
    await photographNow(admin, 'admin-screens');

    await screen.locator('[data-testid=screen][data-state=wall]').waitFor();
    await screen.getByTestId('screen-bar').getByText('East wall').waitFor();
    await expect.poll(() => screen.getByTestId('tile').count(), { timeout: 30_000 }).toBe(3);
    await photographNow(screen, 'screen-wall');
    // No other page, also by its address, and none of a person after it is loaded again.
    for (const path of ['/', '/incidents', '/admin/screens']) {
      await screen.goto(`${world.plant.url}${path}`);
      await screen.waitForURL(`${world.plant.url}/screen`);
      await screen.locator('[data-testid=screen][data-state=wall]').waitFor();
    }
    expect(await screen.getByRole('navigation').count()).toBe(0);

    await row.getByTestId('revoke-screen').click();
    await admin.getByTestId('confirm-yes').click();
    await row.getByText('Revoked').waitFor();
    await screen.locator('[data-testid=screen][data-state=code]').waitFor();
    expect(await screen.getByTestId('tile').count()).toBe(0);
    expect(complaints.filter((one) => !one.startsWith('Failed to load resource'))).toEqual([]);
    await screen.context().close();
    await admin.context().close();
  });
});
