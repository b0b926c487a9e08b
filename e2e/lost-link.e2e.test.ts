import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser, openAs, openPage } from './support/browser.ts';
import { photographNow } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';
import { type SwallowingProxy, startSwallowingProxy } from './support/swallowing-proxy.ts';

/** The pages, over a way to the server on which bytes get lost without an error. */
describe('a page whose server falls silent', () => {
  let world: SharedWorld;
  let browser: Browser;
  let way: SwallowingProxy;

  beforeAll(async () => {
    world = await openSharedWorld();
    browser = await launchBrowser();
  });
  beforeEach(async () => {
    way = await startSwallowingProxy(world.plant.url);
  });
  afterEach(() => way?.close());
  afterAll(() => browser?.close());

  it('says so by itself, and connects again without a click', async () => {
    const through = { ...world.plant, url: way.url };
    const { page } = await openAs(browser, through, 'operator', '/');
    await page.getByTestId('wall').waitFor();
    const opened = page.waitForEvent('websocket', (socket) =>
      socket.url().endsWith('/api/v1/live-events'),
    );
    way.swallow();
    // A connection that is half open ends by nothing but the silence.
    const banner = page.getByTestId('link-banner');
    await banner.waitFor();
    expect(await banner.textContent()).toContain('Connection lost');
    await opened;
    way.heal();
    await banner.waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('shows on a wall screen since when its pictures and alarms are old', async () => {
    const { page: screen } = await openPage(browser, { locale: 'en-US' });
    await screen.goto(`${way.url}/screen`);
    const code = (await screen.getByTestId('screen-code').textContent())?.trim() ?? '';
    const { page: admin } = await openAs(browser, world.plant, 'safety.head', '/admin/screens');
    await admin.getByTestId('pair-screen').click();
    await admin.getByTestId('screen-code-field').fill(code);
    await admin.getByTestId('screen-name').fill('North wall');
    await admin.getByTestId('save-screen').click();
    await screen.locator('[data-testid=screen][data-state=wall]').waitFor();
    await screen.getByTestId('tile').first().waitFor();
    const lost = screen.getByTestId('screen-lost');
    expect(await lost.count()).toBe(0);
    way.swallow();
    await lost.waitFor();
    expect(await lost.textContent()).toMatch(/No connection to the server since .*\d\d:\d\d:\d\d/);
    // The cameras stay on it, and it is no screen that asks for a code.
    expect(await screen.getByTestId('tile').count()).toBeGreaterThan(0);
    await photographNow(screen, 'screen-lost');
    way.heal();
    await lost.waitFor({ state: 'detached' });
    await screen.locator('[data-testid=screen][data-state=wall]').waitFor();
    await screen.context().close();

    const row = admin.getByTestId('screen-row').filter({ hasText: 'North wall' });
    await row.getByTestId('revoke-screen').click();
    await admin.getByTestId('confirm-yes').click();
    await row.getByText('Revoked').waitFor();
    await admin.context().close();
  });
});
