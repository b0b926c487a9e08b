import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

let world: SharedWorld;
let browser: Browser;

beforeAll(async () => {
  world = await openSharedWorld();
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

async function open(user: string, path: string): Promise<Page> {
  const { page } = await openPage(browser);
  await signIn(page, world.plant.url, user, world.plant.demoPassword);
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.goto(`${world.plant.url}${path}`);
  return page;
}

it('[PER-10] [INT-11] a personnel system gets a credential and states who joins and moves; what is refused is put right and tried again', async () => {
  const admin = await open('admin', '/admin/devices');
  await admin.getByTestId('add-device').click();
  await admin.getByTestId('device-kind').selectOption('personnel');
  await admin.getByTestId('device-name').fill('hr-e2e');
  await admin.getByTestId('save-device').click();
  await admin.getByTestId('secret-noted').waitFor();
  const shown = await admin.getByTestId('device-secret').textContent();
  const secret = /anshi_[0-9a-z]{16}_[A-Za-z0-9_-]{43}/.exec(shown ?? '')?.[0];
  const put = async (externalId: string, more: object): Promise<number> => {
    const answer = await fetch(`${world.plant.url}/api/v1/ingest/persons/${externalId}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ at: new Date().toISOString(), status: 'active', ...more }),
    });
    return answer.status;
  };
  const wei = { employeeNo: 'E2E-HR1', name: '卫一' };
  expect(await put('P-1', { ...wei, department: 'assembly' })).toBe(200);
  expect(await put('P-1', { ...wei, department: '仓储部' })).toBe(200);
  expect(await put('P-2', { ...wei, name: '魏一', department: 'assembly' })).toBe(409);

  const page = await open('safety.head', '/admin/personnel');
  const row = (text: string) => page.getByTestId('statement-row').filter({ hasText: text });
  await row('Moved').getByText('卫一').waitFor();
  await row('Joined').getByText('卫一').waitFor();
  await photograph(page, 'personnel');
  await page.getByTestId('show-refused').click();
  await row('魏一').getByTestId('refusal').waitFor();
  // Both are one person: the id goes into the file.
  await page.goto(`${world.plant.url}/admin/people?q=E2E-HR1`);
  await page.getByTestId('person-row').click();
  await page.getByTestId('alias').filter({ hasText: 'P-1' }).waitFor();
  await page.getByTestId('add-alias').click();
  await page.getByTestId('alias-system').fill('hr-e2e');
  await page.getByTestId('alias-id').fill('P-2');
  await page.getByTestId('save').click();
  await page.getByTestId('alias').filter({ hasText: 'P-2' }).waitFor();
  await photograph(page, 'person-aliases');
  await page.goto(`${world.plant.url}/admin/personnel?state=refused&q=魏一`);
  await row('魏一').getByTestId('retry-statement').click();
  await row('魏一').waitFor({ state: 'detached' });
  await page.goto(`${world.plant.url}/admin/people?q=E2E-HR1`);
  await page.getByTestId('person-row').filter({ hasText: '魏一' }).waitFor();
});

it('[INT-11] two files of one person are found, compared, joined and parted again', async () => {
  const page = await open('safety.head', '/admin/people');
  const add = async (number: string): Promise<void> => {
    await page.getByTestId('add-person').click();
    await page.getByTestId('person-no').fill(number);
    await page.getByTestId('person-name').fill('卢双');
    await page.getByTestId('person-department').selectOption({ index: 1 });
    await page.locator('input[type=tel]').fill('13911112222');
    await page.getByTestId('save-person').click();
    await page.getByTestId('person-form').waitFor({ state: 'detached' });
  };
  await add('E2E-D1');
  await add('E2E-D2');
  await page.goto(`${world.plant.url}/admin/person-merges`);
  const double = page.getByTestId('double').filter({ hasText: '卢双' });
  await double.getByText('Same name and phone').waitFor();
  await photograph(page, 'person-merges');
  // What contradicts is accepted one by one: one of them moves to another department first.
  await page.goto(`${world.plant.url}/admin/people?q=E2E-D2`);
  await page.getByTestId('person-row').click();
  await page.getByTestId('transfer').click();
  await page.getByTestId('move-person').locator('select').first().selectOption({ index: 2 });
  await page.getByTestId('move').click();
  await page.getByTestId('move-person').waitFor({ state: 'detached' });
  await page.goto(`${world.plant.url}/admin/person-merges`);
  await double.getByTestId('compare-double').click();
  await page.getByTestId('comparison').waitFor();
  await page.getByTestId('accept-conflict').check();
  await page.getByTestId('merge-reason').fill('Entered twice');
  await page.getByTestId('confirm-merge').click();
  const merge = page.getByTestId('merge').filter({ hasText: '卢双' });
  await merge.getByText('Stands').waitFor();
  await double.waitFor({ state: 'detached' });
  await merge.getByTestId('part-files').click();
  await page.getByTestId('part-reason').fill('Two people');
  await page.getByTestId('confirm-part').click();
  await merge.getByText('Undone').first().waitFor();
  await double.waitFor();
  // What is known of the pair is said once; the mark can be taken back.
  await double.getByTestId('two-people').click();
  await page.getByTestId('distinct-reason').fill('Father and son, one phone');
  await page.getByTestId('confirm-distinct').click();
  await double.waitFor({ state: 'detached' });
  const mark = page.getByTestId('distinct').filter({ hasText: '卢双' });
  await mark.getByText('Father and son, one phone').waitFor();
  await photograph(page, 'two-people');
  await mark.getByTestId('end-distinct').click();
  await double.waitFor();
});

it('[PER-01] an assessment of emergency ability is entered in the file of a person', async () => {
  const page = await open('safety.head', '/admin/people?q=E007');
  await page.getByTestId('person-row').click();
  await page.getByTestId('add-ability').click();
  await page.getByTestId('ability-kind').selectOption('rescue');
  await page.getByTestId('ability-day').fill('2026-11-01');
  await page.getByTestId('find-assessor').fill('E009');
  await page.getByTestId('offered-assessor').click();
  await page.getByTestId('ability-source').fill('Rescue drill of November');
  await page.getByTestId('save-ability').click();
  await page.getByTestId('ability').filter({ hasText: 'Rescue drill of November' }).waitFor();
});

it('[PER-10] a last day to come is planned with what is open, and taken back; badges of who left are settled', async () => {
  const page = await open('safety.head', '/admin/people');
  await page.getByTestId('add-person').click();
  await page.getByTestId('person-no').fill('E2E-L1');
  await page.getByTestId('person-name').fill('罗离');
  await page.getByTestId('person-department').selectOption({ index: 1 });
  await page.getByTestId('save-person').click();
  await page.getByTestId('person-form').waitFor({ state: 'detached' });
  await page.goto(`${world.plant.url}/admin/people?q=E2E-L1`);
  await page.getByTestId('person-row').click();
  const dialog = page.getByTestId('person-dialog');
  await dialog.waitFor();
  const id = new URL(page.url()).pathname.split('/').at(-1);
  const api = await ApiClient.signIn(world.plant.url, 'safety.head', world.plant.demoPassword);
  await api.send('POST', `/api/v1/persons/${id}/badges`, { badge: 'badge-e2e-left' });
  const move = page.getByTestId('move-person');
  await dialog.getByTestId('leave').click();
  await move.getByTestId('open-at-leaving').getByText('badge-e2e-left').waitFor();
  const later = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  await move.getByTestId('move-on').fill(later);
  await move.getByTestId('move-waits').waitFor();
  await photograph(page, 'planned-leaving');
  await page.getByTestId('move').click();
  const step = dialog.getByTestId('person-step');
  await step.getByText('planned by').waitFor();
  await step.getByTestId('take-back').click();
  await page.getByTestId('confirm-yes').click();
  await step.waitFor({ state: 'detached' });
  await dialog.getByTestId('leave').click();
  await move.getByTestId('move-ends').selectOption('now');
  await page.getByTestId('move').click();
  const owed = dialog.getByTestId('owed-badge').filter({ hasText: 'badge-e2e-left' });
  await owed.getByTestId('settle-locked').click();
  await page.getByTestId('confirm-yes').click();
  await owed.waitFor({ state: 'detached' });
});

it('the company of a contractor is chosen from the register of suppliers, shown, and taken off again', async () => {
  const page = await open('safety.head', '/admin/people');
  await page.getByTestId('add-person').click();
  await page.getByTestId('person-no').fill('E2E-SUP1');
  await page.getByTestId('person-name').fill('卫外协');
  await page.getByTestId('person-department').selectOption({ index: 1 });
  await page.getByTestId('person-kind').selectOption('contractor');
  await page.getByTestId('person-company').waitFor();
  await page.getByTestId('person-supplier-search').fill('恒力');
  await page.getByTestId('person-supplier-offered').filter({ hasText: '恒力' }).first().click();
  const chosen = page.getByTestId('person-supplier-chosen');
  const company = (await chosen.locator('span').first().textContent()) ?? '';
  expect(company).toContain('恒力');
  // The register says the name: there is nothing to type.
  await page.getByTestId('person-company').waitFor({ state: 'detached' });
  await page.getByTestId('save-person').click();
  await page.getByTestId('person-form').waitFor({ state: 'detached' });
  await page.goto(`${world.plant.url}/admin/people?q=E2E-SUP1`);
  await page.getByTestId('person-row').click();
  await page.getByRole('link', { name: company }).waitFor();
  await page.getByTestId('edit-person').click();
  await chosen.click();
  await page.getByTestId('person-company').waitFor();
  await page.getByTestId('save-person').click();
  await page.getByTestId('person-form').waitFor({ state: 'detached' });
  await page.getByRole('link', { name: company }).waitFor({ state: 'detached' });
});
