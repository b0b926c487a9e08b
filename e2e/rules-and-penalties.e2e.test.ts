import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import {
  makeAccount,
  type OwnAccount,
  openSharedWorld,
  type SharedWorld,
} from './support/shared-world.ts';

const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};

/** Pages for anomaly thresholds, notification defaults and false reports. */
describe('rules and decisions', () => {
  let world: SharedWorld;
  let reporter: OwnAccount;
  let browser: Browser;
  const complaints: string[][] = [];
  const open = async (
    username: string,
    options: BrowserContextOptions = {},
    landing?: 'wall' | 'worker-home',
    password = world.plant.demoPassword,
  ): Promise<Page> => {
    const { page, complaints: own } = await openPage(browser, options);
    await signIn(page, world.plant.url, username, password, landing);
    own.length = 0;
    complaints.push(own);
    await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
    return page;
  };

  beforeAll(async () => {
    world = await openSharedWorld();
    const { url, demoPassword } = world.plant;
    const personnel = await ApiClient.signIn(url, 'safety.head', demoPassword);
    const employeeNo = `E-${Date.now()}`;
    await personnel.send('POST', '/api/v1/persons', {
      employeeNo,
      name: '何装配',
      departmentId: 'assembly',
    });
    reporter = await makeAccount(world, { roles: ['worker'], employeeNo });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    const { url, demoPassword } = world.plant;
    const admin = await ApiClient.signIn(url, 'admin', demoPassword);
    const choices = [{ kind: 'hazard.closed', channel: 'email', on: null }];
    await admin.send('PUT', '/api/v1/notices/rules', { choices });
  });

  it('[SEC-09] the auditor sets the thresholds for unusual use, and they are saved', async () => {
    const auditor = await open('auditor', {}, 'worker-home');
    await auditor.goto(`${world.plant.url}/admin/audit?tab=rules`);
    const rule = auditor.locator('[data-rule=bulk-reading]');
    await rule.getByTestId('param-minimum').fill('7');
    await rule.getByTestId('save-rule').click();
    await rule.getByTestId('rule-usual').waitFor();
    await auditor.reload();
    expect(await rule.getByTestId('param-minimum').inputValue()).toBe('7');
    await rule.getByTestId('rule-active').click();
    await auditor.locator('[data-rule=bulk-reading] [data-state=unchecked]').first().waitFor();
    await rule.getByTestId('rule-usual').click();
    await rule.getByTestId('rule-usual').waitFor({ state: 'detached' });
    expect(await rule.getByTestId('param-minimum').inputValue()).toBe('15');
  });

  it('the administrator sets the default channels of notices', async () => {
    const admin = await open('admin', phone);
    await admin.goto(`${world.plant.url}/admin`);
    await admin.getByTestId('tile-notice-rules').click();
    await admin.getByTestId('rule-hazard.closed-email').click();
    await admin.getByRole('option', { name: 'Sent', exact: true }).click();
    await admin.getByText('The rule is saved').waitFor();
    await admin.reload();
    expect(await admin.getByTestId('rule-hazard.closed-email').textContent()).toContain('Sent');
  });

  it('a rule of law says what is not known, and the company sets a value with a reason and takes it back', async () => {
    const head = await open('safety.head', phone);
    await head.goto(`${world.plant.url}/admin`);
    await head.getByTestId('tile-rules').click();
    await head.getByTestId('rules').waitFor();
    await head.getByTestId('rule-search').fill('special-work-review-interval');
    await head.locator('[data-testid=rule-row][data-id=special-work-review-interval]').click();
    const dialog = head.getByTestId('rule-dialog');
    await dialog.getByTestId('rule-instead').getByText('date printed on the certificate').waitFor();
    expect(await dialog.getByTestId('rule-value').textContent()).toContain('not known');
    expect(await dialog.locator('[data-testid=version]').count()).toBe(2);
    await head.keyboard.press('Escape');

    // A number of the law, with the keyboard alone on the row.
    await head.getByTestId('rule-search').fill('forklift');
    const row = head.locator('[data-testid=rule-row][data-id=equipment-forklift]');
    await row.focus();
    await row.press('Enter');
    await dialog.getByTestId('set-override').click();
    await head.getByTestId('override-amount').fill('1');
    const from = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
    await head.getByTestId('override-from').fill(from);
    await head.getByTestId('override-until').fill('2020-01-01');
    await head.getByTestId('override-reason').fill('TSG 81-2022 is to be checked');
    // The browser itself refuses a last day before the first.
    await head.getByTestId('save-override').click();
    await head.getByTestId('override-until').fill('');
    await head.getByTestId('save-override').click();
    await dialog.locator('[data-testid=override][data-state=planned]').waitFor();
    await dialog.getByTestId('end-override').click();
    await head.getByTestId('end-reason').fill('not needed any more');
    await head.getByTestId('save-end').click();
    await dialog.locator('[data-testid=override][data-state=withdrawn]').waitFor();
    await dialog.getByText('not needed any more').waitFor();
    expect(await dialog.getByTestId('rule-value').textContent()).toContain('at most 2 years');
    expect(complaints.flat()).toEqual([]);
  });

  it('a false report is decided by one person, appealed, and the appeal decided by another', async () => {
    const officer = await open('safety');
    const { url } = world.plant;
    const own = await ApiClient.signIn(url, reporter.username, reporter.password);
    const one = await own.send<{ id: string }>('POST', '/api/v1/hazards', {
      id: ulid(),
      type: 'housekeeping',
      description: 'Oil on the floor',
      site: 'changzhou-1',
      areaId: 'assembly-area',
      foundAt: new Date().toISOString(),
    });
    await officer.goto(`${world.plant.url}/hazards/${one.id}`);
    await officer.getByTestId('penalise-report').click();
    await officer.getByTestId('confirm-reason').fill('The place was looked at: nothing is there.');
    await officer.getByTestId('confirm-yes').click();
    const decision = officer.getByTestId('penalty');
    await decision.waitFor();
    expect(await decision.getAttribute('data-status')).toBe('in-force');
    expect(await decision.getByTestId('uphold').count()).toBe(0);

    const worker = await open(reporter.username, phone, 'worker-home', reporter.password);
    await worker.goto(`${world.plant.url}/hazards/penalties`);
    await worker.getByTestId('appeal').click();
    await worker.getByTestId('confirm-reason').fill('It was repaired before anyone came.');
    await worker.getByTestId('confirm-yes').click();
    await worker.locator('[data-testid=penalty][data-status=appealed]').waitFor();
    // The first decider cannot decide on the appeal.
    await officer.reload();
    await officer.locator('[data-testid=penalty][data-status=appealed]').waitFor();
    expect(await officer.getByTestId('revoke').count()).toBe(0);
    expect(complaints.flat()).toEqual([]);
  });
});
