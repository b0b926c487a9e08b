import { resolve } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { startWorld, type World } from './support/world.ts';

const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};

/** Pages on which people say what counts as unusual, who is told, and what was made up. */
describe('rules and decisions', () => {
  let world: World;
  let browser: Browser;
  const complaints: string[][] = [];
  const open = async (
    username: string,
    options: BrowserContextOptions = {},
    landing: 'wall' | 'worker-home' = 'wall',
  ): Promise<Page> => {
    const { page, complaints: own } = await openPage(browser, options);
    await signIn(page, world.plant.url, username, world.plant.demoPassword, landing);
    own.length = 0;
    complaints.push(own);
    await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
    return page;
  };

  beforeAll(async () => {
    world = await startWorld(
      { file: resolve(import.meta.dirname, '../cameras.yaml') },
      { parts: ['database', 'broker', 'api'] },
    );
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await world?.end();
  });

  it('[SEC-09] the auditor says what counts as unusual, and it stays so', async () => {
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

  it('the administrator says which notices leave the app, for all who chose nothing', async () => {
    const admin = await open('admin', phone);
    await admin.goto(`${world.plant.url}/admin`);
    await admin.getByTestId('tile-notice-rules').click();
    await admin.getByTestId('rule-hazard.closed-email').click();
    await admin.getByRole('option', { name: 'Sent', exact: true }).click();
    await admin.getByText('The rule is saved').waitFor();
    await admin.reload();
    expect(await admin.getByTestId('rule-hazard.closed-email').textContent()).toContain('Sent');
  });

  it('a false report is decided on by one, appealed against, and decided on by another', async () => {
    const officer = await open('safety');
    const list = await world.api.get<{ items: { id: string; no: string }[] }>(
      '/api/v1/hazards?limit=200',
    );
    const reported = await Promise.all(
      list.items.map(({ id }) =>
        world.api.get<{ id: string; reporter: { displayName: { en: string } } | null }>(
          `/api/v1/hazards/${id}`,
        ),
      ),
    );
    const one = reported.find(({ reporter }) => reporter?.displayName.en === 'Sun Xiaomei');
    if (!one) throw new Error('the demonstration has no hazard of Sun Xiaomei');
    await officer.goto(`${world.plant.url}/hazards/${one.id}`);
    await officer.getByTestId('penalise-report').click();
    await officer.getByTestId('confirm-reason').fill('The place was looked at: nothing is there.');
    await officer.getByTestId('confirm-yes').click();
    const decision = officer.getByTestId('penalty');
    await decision.waitFor();
    expect(await decision.getAttribute('data-status')).toBe('in-force');
    expect(await decision.getByTestId('uphold').count()).toBe(0);

    const worker = await open('worker.press', phone, 'worker-home');
    await worker.goto(`${world.plant.url}/hazards/penalties`);
    await worker.getByTestId('appeal').click();
    await worker.getByTestId('confirm-reason').fill('It was repaired before anyone came.');
    await worker.getByTestId('confirm-yes').click();
    await worker.locator('[data-testid=penalty][data-status=appealed]').waitFor();
    // Whoever decided first does not decide on the appeal.
    await officer.reload();
    await officer.locator('[data-testid=penalty][data-status=appealed]').waitFor();
    expect(await officer.getByTestId('revoke').count()).toBe(0);
    expect(complaints.flat()).toEqual([]);
  });
});
