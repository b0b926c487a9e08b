import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph, photographNow } from './support/photograph.ts';
import {
  makeAccount,
  type OwnAccount,
  openSharedWorld,
  type SharedWorld,
} from './support/shared-world.ts';

/** The shortcuts of the home page; a browser context is a device. */
describe('the home page', () => {
  let world: SharedWorld;
  let browser: Browser;
  let admin: ApiClient;
  const complaints: string[] = [];

  beforeAll(async () => {
    world = await openSharedWorld();
    browser = await launchBrowser();
    admin = await ApiClient.signIn(world.plant.url, 'admin', world.plant.demoPassword);
  });
  afterAll(() => browser?.close());

  async function enter(account: OwnAccount, viewport = { width: 1440, height: 900 }) {
    const opened = await openPage(browser, { viewport });
    await signIn(opened.page, world.plant.url, account.username, account.password);
    await opened.page.getByTestId('shortcuts').waitFor();
    opened.page.on('close', () => complaints.push(...opened.complaints));
    return opened.page;
  }
  const shown = (page: Page) =>
    page
      .locator('[data-testid=shortcuts] li a')
      .evaluateAll((links) =>
        links.map((link) => link.dataset['testid']?.replace('shortcut-', '')),
      );
  const row = (page: Page, id: string, button: string) =>
    page.locator(`[data-shortcut="${id}"] [data-testid=shortcut-${button}]`);
  const stored = (page: Page) =>
    page.evaluate(async () => {
      const { token } = JSON.parse(sessionStorage.getItem('anshi.session') ?? '{}');
      const headers = { authorization: `Bearer ${token}` };
      const { items } = await (await fetch('/api/v1/me/settings', { headers })).json();
      return items.find((one: { key: string }) => one.key === 'shortcuts')?.value.chosen;
    });
  const openDialog = async (page: Page) => {
    await page.getByTestId('shortcuts-edit').click();
    await page.getByTestId('shortcuts-dialog').waitFor();
  };

  it('[UX-01] shows what the role uses most, and what the person chose instead, on every device', async () => {
    const worker = await makeAccount(world, { roles: ['worker'] });
    const usual = [
      'my-attendance',
      'my-work',
      'my-areas',
      'my-qualifications',
      'hazards',
      'my-incidents',
    ];
    const phone = await enter(worker, { width: 390, height: 844 });
    await expect.poll(() => shown(phone)).toEqual(usual);

    await openDialog(phone);
    // What the account may not open is not offered.
    expect(await phone.getByTestId('shortcut-add-incidents').count()).toBe(0);
    expect(await phone.getByTestId('shortcut-add-admin/people').count()).toBe(0);
    await row(phone, 'hazards', 'remove').click();
    await phone.getByTestId('shortcut-add-my-record').click();
    await row(phone, 'my-areas', 'up').click();
    // By key: the moved one keeps the focus.
    await row(phone, 'my-areas', 'up').press('Alt+ArrowUp');
    await row(phone, 'my-record', 'remove').press('Alt+ArrowUp');
    await phone.keyboard.press('Alt+ArrowUp');
    await photographNow(phone, 'home-shortcuts-dialog');
    await phone.setViewportSize({ width: 390, height: 844 });
    const chosen = [
      'my-areas',
      'my-attendance',
      'my-work',
      'my-record',
      'my-qualifications',
      'my-incidents',
    ];
    await expect.poll(() => stored(phone)).toEqual(chosen);
    await phone.getByTestId('shortcuts-done').click();
    expect(await shown(phone)).toEqual(chosen);
    await phone.getByTestId('shortcut-my-areas').click();
    await phone.waitForURL('**/me/areas');

    const desk = await enter(worker);
    await expect.poll(() => shown(desk)).toEqual(chosen);
    await photograph(desk, 'home-shortcuts');
    await openDialog(desk);
    await desk.getByTestId('shortcuts-reset').click();
    await expect.poll(() => stored(desk)).toBeNull();
    expect(await shown(desk)).toEqual(usual);
    for (const page of [phone, desk]) await page.context().close();
    expect(complaints).toEqual([]);
  });

  it('[UX-01] of an operator are above the wall, and go with the module or the right, without an error', async () => {
    const account = await makeAccount(world, { roles: ['operator', 'warehouse'] });
    const page = await enter(account);
    await expect
      .poll(() => shown(page))
      .toEqual([
        'incidents',
        'vehicles',
        'report',
        'suppliers',
        'alarms',
        'hazards',
        'site-devices',
        'my-attendance',
      ]);
    await photograph(page, 'wall-shortcuts');
    await openDialog(page);
    await page.getByTestId('shortcut-add-visits').click();
    await expect.poll(() => stored(page)).toContain('visits');
    await page.getByTestId('shortcuts-done').click();
    await page.getByTestId('shortcut-visits').waitFor();

    await admin.send('PUT', '/api/v1/features/visitors', { on: false, reason: 'no visitors here' });
    try {
      await page.reload();
      await page.getByTestId('shortcut-visits').waitFor({ state: 'detached' });
      expect(await shown(page)).toContain('suppliers');
    } finally {
      await admin.send('PUT', '/api/v1/features/visitors', { on: true });
    }
    await page.reload();
    await page.getByTestId('shortcut-visits').waitFor();
    await page.context().close();

    const { version } = await admin.get<{ version: number }>(`/api/v1/users/${account.id}`);
    await admin.send('PATCH', `/api/v1/users/${account.id}`, { version, roles: ['operator'] });
    const after = await enter(account);
    await after.getByTestId('shortcut-visits').waitFor();
    const left = ['incidents', 'vehicles', 'report', 'alarms', 'hazards', 'site-devices'];
    expect(await shown(after)).toEqual([...left, 'my-attendance', 'visits']);
    await after.context().close();
    expect(complaints).toEqual([]);
  });
});
