import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

/** The foreman of the assembly shop plans a job at the welder: who may do it, who may not, and what to do. */
let world: SharedWorld;
let browser: Browser;
let head: ApiClient;
/** Of the assembly shop: one with a certificate for welding, and one whose certificate is suspended in the test. */
const welders: { id: string; name: string; certificate: { id: string; version: number } }[] = [];

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
/** The value of a time field by the clock of the plant, so many minutes from now. */
const plantTime = (minutes: number) =>
  new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Asia/Shanghai',
    dateStyle: 'short',
    timeStyle: 'short',
  })
    .format(Date.now() + minutes * 60_000)
    .replace(' ', 'T');
async function hire(employeeNo: string, name: string): Promise<void> {
  const person = await head.send<{ id: string }>('POST', '/api/v1/persons', {
    employeeNo,
    name,
    departmentId: 'assembly',
  });
  const path = `/api/v1/persons/${person.id}/qualifications`;
  const certificate = await head.send<{ id: string; version: number }>('POST', path, {
    type: 'special-work',
    category: 'welding',
    number: `E2E-${employeeNo}`,
    issuer: 'Bureau',
    issuedOn: day(-200),
    validFrom: day(-200),
    validUntil: day(300),
  });
  await head.send('POST', path, {
    type: 'fitness',
    category: 'in-post',
    validFrom: day(-20),
    validUntil: day(300),
    result: 'fit',
  });
  welders.push({ id: person.id, name, certificate });
}

beforeAll(async () => {
  world = await openSharedWorld();
  browser = await launchBrowser();
  head = await ApiClient.signIn(world.plant.url, 'safety.head', world.plant.demoPassword);
  await hire('E2E-W1', '沈电焊');
  await hire('E2E-W2', '韩待停');
});
afterAll(() => browser?.close());

async function open(
  username: string,
  path: string,
  viewport?: { width: number; height: number },
): Promise<{ page: Page; complaints: string[] }> {
  const { page, complaints } = await openPage(browser, viewport ? { viewport } : {});
  await signIn(page, world.plant.url, username, world.plant.demoPassword);
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.goto(`${world.plant.url}${path}`);
  return { page, complaints };
}

it('[PER-04] [PER-06] the foreman plans a job: people are proposed with reasons, one without a certificate is refused, with what to do', async () => {
  const { page } = await open('leader', '/assignments');
  // The demonstration has a job that needs a crew; it has begun, so it is of this week.
  await page.getByTestId('job-card').filter({ hasText: '机器人单元换型' }).first().waitFor();
  await page.getByTestId('add-job').click();
  await page.getByTestId('job-title').fill('E2E guard rail');
  await page.getByTestId('job-place').selectOption('machine:welder-1');
  await page.getByTestId('job-work').selectOption('welding');
  // It has begun, so it is of this week whatever day it is.
  await page.getByTestId('job-from').fill(plantTime(-10));
  await page.getByTestId('job-until').fill(plantTime(240));
  await page.getByTestId('save-job').click();
  const dialog = page.getByTestId('job-dialog');
  const row = (name: string) => dialog.getByTestId('candidate').filter({ hasText: name });
  await row('沈电焊').getByText('May', { exact: true }).waitFor();
  // The certificate of the assembly worker has ended: no button, and what to do.
  await row('卫装配').getByText('May not', { exact: true }).waitFor();
  await row('卫装配').getByText('Not qualified for this work.').waitFor();
  await row('卫装配').getByText('Choose another person.').waitFor();
  expect(await row('卫装配').getByTestId('assign').count()).toBe(0);
  // Those of other departments are not proposed.
  expect(await row('吴维修').count()).toBe(0);
  await photograph(page, 'assignment-candidates');

  // It was suspended after the list was read: the refusal says why, and the crew stays as it was.
  const { certificate } = welders[1]!;
  await head.send('POST', `/api/v1/qualifications/${certificate.id}/suspend`, {
    version: certificate.version,
    reason: 'under review',
  });
  await row('韩待停').getByTestId('assign').click();
  await dialog.getByTestId('refusal').getByText('Not qualified for this work.').waitFor();
  expect(await dialog.getByTestId('refusal').textContent()).not.toContain('suspend');
  expect(await dialog.getByTestId('crew-member').count()).toBe(0);

  // By the keyboard.
  await row('沈电焊').getByTestId('assign').focus();
  await page.keyboard.press('Enter');
  await dialog.getByTestId('crew-member').filter({ hasText: '沈电焊' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('this-week').click();
  const card = page.getByTestId('board-table').getByTestId('job-card');
  await card.filter({ hasText: 'E2E guard rail' }).getByText('沈电焊').first().waitFor();
  await photograph(page, 'week-board');
});

it('[PER-04] a certificate that is suspended marks the job on the board and in its notice, and the job does not begin', async () => {
  const { page } = await open('leader', '/assignments');
  const card = page.getByTestId('board-table').getByTestId('job-card');
  const job = card.filter({ hasText: 'E2E guard rail' }).first();
  await job.waitFor();
  const { certificate } = welders[0]!;
  await head.send('POST', `/api/v1/qualifications/${certificate.id}/suspend`, {
    version: certificate.version,
    reason: 'under review',
  });
  // The page hears of it by itself.
  await job.getByTestId('job-lost').waitFor();
  await page.goto(`${world.plant.url}/notices`);
  await page.getByText('沈电焊 may no longer do the job E2E guard rail').first().click();
  await page.getByTestId('job-dialog').getByTestId('crew-lost').waitFor();
  await page.getByTestId('begin-job').click();
  await page.getByTestId('job-failure').waitFor();
});

it('the board is a list of days on a phone, and a worker reads the own jobs', async () => {
  const phone = { width: 390, height: 844 };
  const { page, complaints } = await open('leader', '/assignments', phone);
  await page.getByTestId('board-days').getByTestId('job-card').first().waitFor();
  await page.getByTestId('week-after').click();
  await page.getByTestId('week-after').click();
  await page.getByTestId('board-empty').waitFor();
  await page.getByTestId('this-week').click();
  await page.getByTestId('board-days').waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(390);
  const { page: own } = await open('worker.press', '/me/work', phone);
  await own.getByTestId('my-job').filter({ hasText: '冲压件批次 A32' }).waitFor();
  await photograph(own, 'my-work');
  expect(complaints).toEqual([]);
});
