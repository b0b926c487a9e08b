import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf } from '../api/src/testing/totp.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import {
  makeAccount,
  type OwnAccount,
  openSharedWorld,
  type SharedWorld,
} from './support/shared-world.ts';

/** Self-service of accounts and personal data, on a phone. */
describe('my account and my data', () => {
  let world: SharedWorld;
  let browser: Browser;
  let phone: Page;
  /** A person with a badge and without an account in the demonstration. */
  let owner: OwnAccount;
  let complaints: string[];

  beforeAll(async () => {
    world = await openSharedWorld();
    owner = await makeAccount(world, { roles: ['worker'], employeeNo: 'E011' });
    browser = await launchBrowser();
    ({ page: phone, complaints } = await openPage(browser, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      locale: 'zh-CN',
    }));
    await signIn(phone, world.plant.url, owner.username, owner.password, 'worker-home');
  });

  afterAll(async () => {
    await browser?.close();
  });

  it('a card asks for consent, and the app works without an answer', async () => {
    await phone.getByTestId('consent-ask').waitFor();
    await phone.getByTestId('consent-later').tap();
    await phone.getByTestId('consent-ask').waitFor({ state: 'detached' });
    await phone.reload();
    await phone.getByTestId('home-report').waitFor();
    expect(await phone.getByTestId('consent-ask').count()).toBe(0);
  });

  it('a consent is withdrawn after the notice and the consequence were shown', async () => {
    await phone.goto(`${world.plant.url}/me/data?tab=consents`);
    const tracking = phone.locator('[data-testid=consent][data-id=badge-tracking]');
    expect(await tracking.getByTestId('notice').textContent()).toContain('行踪轨迹');
    const state = () => tracking.getAttribute('data-state');
    if ((await state()) !== 'given') await tracking.getByTestId('decide-given').tap();
    await phone.locator('[data-id=badge-tracking][data-state=given]').waitFor();
    await tracking.getByTestId('decide-withdrawn').tap();
    await phone.getByTestId('confirm-yes').tap();
    await phone.locator('[data-id=badge-tracking][data-state=withdrawn]').waitFor();
    await phone.getByTestId('consent-line').first().filter({ hasText: '已撤回' }).waitFor();
  });

  it('all personal data is exported as a file, including the fields that are masked on the screen', async () => {
    await phone.getByTestId('tab-held').tap();
    await phone.getByTestId('held').filter({ hasText: '*' }).waitFor();
    const [download] = await Promise.all([
      phone.waitForEvent('download'),
      phone.getByTestId('export').tap(),
    ]);
    const file = JSON.parse(await readFile(await download.path(), 'utf8'));
    expect(file.person.name).toBe('卫装配');
    expect(file.person.nationalId).toMatch(/^\d{17}[\dX]$/);
    expect(file.consents.history[0]).toMatchObject({
      purpose: 'badge-tracking',
      decision: 'withdrawn',
    });
  });

  it('a second factor is set up with its key, and the next sign-in asks for its code', async () => {
    const { url } = world.plant;
    await phone.goto(`${url}/me/account`);
    await phone.getByTestId('factor-set-up').tap();
    await phone.getByTestId('factor-password').fill(owner.password);
    await phone.getByTestId('factor-next').tap();
    await phone.getByTestId('qr').waitFor();
    const secret = ((await phone.getByTestId('secret').textContent()) ?? '').replace(/\s/g, '');
    await phone.getByTestId('factor-code').fill(codeOf(secret));
    await phone.getByTestId('factor-next').tap();
    await phone.getByTestId('recovery').waitFor();
    expect(await phone.getByTestId('recovery-code').count()).toBe(10);
    await phone.getByTestId('factor-done').tap();
    await phone.locator('[data-testid=factor-state][data-on=true]').waitFor();
    // No page is wider than the phone.
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(390);

    const { page: desk } = await openPage(browser);
    await desk.goto(url);
    await desk.getByTestId('username').fill(owner.username);
    await desk.getByTestId('password').fill(owner.password);
    await desk.getByTestId('sign-in').click();
    // The code that enabled it cannot be reused: the next code, or a recovery code, is needed.
    await desk.getByTestId('code').fill(codeOf(secret, Date.now() + 30_000));
    await desk.getByTestId('sign-in').click();
    await desk.getByTestId('worker-home').waitFor();

    // The phone lists the new sign-in, and ends it.
    await phone.reload();
    await phone.locator('[data-testid=session][data-current=false]').waitFor();
    await phone.getByTestId('end-all').tap();
    await phone.getByTestId('confirm-yes').tap();
    await phone.locator('[data-testid=session][data-current=false]').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });
});
