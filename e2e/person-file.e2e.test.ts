import { readFile } from 'node:fs/promises';
import type { Browser, Download, Page, ViewportSize } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { textOfPdf } from '../api/src/testing/pdf.ts';
import { launchBrowser, openAs } from './support/browser.ts';
import { photograph, photographNow } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

/** The file of a person: what counts of them at a glance, and all events on one timeline. */
let world: SharedWorld;
let browser: Browser;

beforeAll(async () => {
  world = await openSharedWorld();
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

const open = (username: string, path: string, viewport?: ViewportSize) =>
  openAs(browser, world.plant, username, path, viewport);

const textOf = async (download: Download) => textOfPdf(await readFile(await download.path()));
/** Fills in for whom and what for, and waits for the document. */
async function print(page: Page, fields: Record<string, string>): Promise<Download> {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.getByTestId(`print-${name}`);
    if ((await field.evaluate(({ tagName }) => tagName)) === 'SELECT') {
      await field.selectOption(value);
    } else await field.fill(value);
  }
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByTestId('print-save').click(),
  ]);
  await page.getByTestId('print-form').waitFor({ state: 'hidden' });
  return download;
}

it('[PER-01] [PER-12] safety reads the file of a person: summary, timeline by kind, and a tab for each module', async () => {
  const { items } = await world.api.get<{ items: { id: string; employeeNo: string }[] }>(
    '/api/v1/persons?limit=200',
  );
  const press = items.find(({ employeeNo }) => employeeNo === 'E006');
  const { page, complaints } = await open('safety', `/admin/people/${press?.id}`);
  await page.getByRole('link', { name: 'Safety file' }).click();
  await page.getByTestId('may-work').waitFor();
  const rows = page.getByTestId('timeline-item');
  await rows.first().waitFor();
  await photograph(page, 'person-file');
  await page.getByTestId('timeline-kind').click();
  await page.getByRole('option', { name: 'Qualifications' }).click();
  await expect
    .poll(() => rows.evaluateAll((all) => [...new Set(all.map((row) => row.dataset['kind']))]))
    .toEqual(['qualification']);
  await page.getByTestId('tab-qualifications').click();
  await page.getByTestId('person-qualifications').waitFor();
  await page.getByTestId('tab-training').click();
  await page.getByText('Operating rules of the post').waitFor();
  await page.getByTestId('tab-violations').click();
  await page.getByTestId('person-violations').waitFor();
  // The address keeps the tab.
  await page.reload();
  await page.getByTestId('person-violations').waitFor();
  await page.getByTestId('tab-basics').click();
  await page.getByTestId('person-basics').getByText('Employee', { exact: true }).waitFor();
  await page.getByTestId('person-aliases').waitFor();
  expect(complaints).toEqual([]);
});

it('[PER-01] the timeline has hazards, work permits and visits, each by the filter of its kind', async () => {
  const { items } = await world.api.get<{ items: { id: string; employeeNo: string }[] }>(
    '/api/v1/persons?limit=200',
  );
  const idOf = (no: string) => items.find(({ employeeNo }) => employeeNo === no)?.id;
  // The demonstration adds its hazards one after the other, once the API runs.
  await expect
    .poll(
      async () => {
        const kinds = 'kind=hazard&kind=rectification&kind=permit&limit=200';
        const path = `/api/v1/persons/${idOf('E007')}/timeline?${kinds}`;
        const { items: found } = await world.api.get<{ items: { kind: string }[] }>(path);
        return new Set(found.map(({ kind }) => kind)).size;
      },
      { timeout: 90_000, interval: 1_000 },
    )
    .toBe(3);
  const { page, complaints } = await open('safety', `/people/${idOf('E007')}/file`);
  const rows = page.getByTestId('timeline-item');
  const narrowTo = async (name: string, kind: string) => {
    await page.getByTestId('timeline-kind').click();
    await page.getByRole('option', { name }).click();
    await expect
      .poll(() => rows.evaluateAll((all) => [...new Set(all.map((row) => row.dataset['kind']))]))
      .toEqual([kind]);
  };
  await narrowTo('Hazards reported', 'hazard');
  await narrowTo('Hazards to rectify', 'rectification');
  await narrowTo('Work permits', 'permit');
  await page.goto(`${world.plant.url}/people/${idOf('E002')}/file`);
  await narrowTo('Visits', 'visit');
  expect(complaints).toEqual([]);
});

it('a worker reads the own record on the phone', async () => {
  const phone = { width: 390, height: 844 };
  const { page, complaints } = await open('worker.press', '/me', phone);
  await page.getByTestId('me-my-record').click();
  await page.getByTestId('timeline-item').first().waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(390);
  await photograph(page, 'my-record');
  expect(complaints).toEqual([]);
});

it('[PER-01] safety prints the file for a customer, and its code is known on the page of codes', async () => {
  const { items } = await world.api.get<{ items: { id: string; employeeNo: string }[] }>(
    '/api/v1/persons?limit=200',
  );
  const welder = items.find(({ employeeNo }) => employeeNo === 'E007');
  const { page, complaints } = await open('safety', `/people/${welder?.id}/file`);
  await page.getByTestId('print-file').click();
  await page.getByTestId('print-recipient').selectOption('outside');
  await photographNow(page, 'print-file');
  const download = await print(page, {
    'recipient-name': 'Example Motors Ltd',
    purpose: 'Admission to a site',
    language: 'en',
  });
  expect(download.suggestedFilename()).toBe('safety-file-E007.pdf');
  const text = await textOf(download);
  for (const part of ['E007', 'outside:ExampleMotorsLtd', 'Admissiontoasite', 'Qualifications']) {
    expect(text).toContain(part);
  }
  const summary = text.indexOf('Summary');
  expect(summary).toBeGreaterThan(0);
  expect(text.slice(summary)).not.toMatch(/medicalcheck|IDnumber|phone/i);
  const code = /([0-9A-Z]{5}-){3}[0-9A-Z]{5}/.exec(text)?.[0] ?? '';
  await page.goto(`${world.plant.url}/verify/${code}`);
  await page.getByText('Safety file of a person, for outside').first().waitFor();
  expect(complaints).toEqual([]);
});

it('[PER-01] a worker prints the own file on the phone', async () => {
  const phone = { width: 390, height: 844 };
  const { page, complaints } = await open('worker.press', '/me/timeline', phone);
  await page.getByTestId('print-file').click();
  await page.getByTestId('print-save').waitFor();
  await photographNow(page, 'print-own-file');
  await page.setViewportSize(phone);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(390);
  const text = await textOf(await print(page, { language: 'zh' }));
  for (const part of ['E006', '本人留存', '资质', '时间线']) expect(text).toContain(part);
  expect(complaints).toEqual([]);
});

it('[SEC-14] a head of department reads the machines and the safety files of the department, and no others', async () => {
  const persons = await world.api.get<{
    items: { id: string; employeeNo: string; name: string }[];
  }>('/api/v1/persons?limit=200');
  const of = (no: string) => persons.items.find(({ employeeNo }) => employeeNo === no)!;
  const [own, other] = [of('E006'), of('E008')];
  const { page, complaints } = await open('head.press', '/admin/people');
  await page.getByText(own.name).first().waitFor();
  expect(await page.getByText(other.name).count()).toBe(0);
  await page.getByText(own.name).first().click();
  await page.getByRole('link', { name: 'Safety file' }).click();
  await page.getByTestId('may-work').waitFor();
  await page.getByTestId('timeline-item').first().waitFor();
  for (const tab of ['qualifications', 'violations']) {
    await page.getByTestId(`tab-${tab}`).click();
    await page.getByTestId(`person-${tab}`).waitFor();
  }
  await page.goto(`${world.plant.url}/admin/places?tab=equipment`);
  await page.getByText('Press 1').first().waitFor();
  expect(await page.getByText('Robot').count()).toBe(0);
  expect(complaints).toEqual([]);
  // By its address: as a file that does not exist.
  await page.goto(`${world.plant.url}/people/${other.id}/file`);
  await page.getByRole('alert').first().waitFor();
  expect(await page.getByText(other.name).count()).toBe(0);
});
