import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHead } from '../api/src/platform/imports/read/read-table.ts';
import { workbook } from '../api/src/testing/workbooks.ts';
import { zipOf } from '../api/src/testing/zips.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A workbook of people through the page: columns, check, run, correction, undo. */
describe('imports', () => {
  let world: SharedWorld;
  let browser: Browser;
  const own = `I${randomInt(1_000_000)}`;

  async function open(
    options: Parameters<typeof openPage>[1] = {},
  ): Promise<{ page: Page; complaints: string[] }> {
    const { page, complaints } = await openPage(browser, options);
    const { url, demoPassword } = world.plant;
    await signIn(page, url, 'safety.head', demoPassword);
    complaints.length = 0;
    await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
    return { page, complaints };
  }
  const stateIs = (page: Page, state: string) =>
    page.locator(`[data-testid=import-state][data-state=${state}]`).waitFor();

  beforeAll(async () => {
    world = await openSharedWorld();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  it('a file is checked, its good rows are saved, corrected and taken back', async () => {
    const { page, complaints } = await open();
    await page.goto(`${world.plant.url}/imports`);
    await page.getByTestId('import-choose').waitFor();
    const refused = page.getByTestId('import-failure');
    await page
      .getByTestId('import-file')
      .setInputFiles({ name: 'x.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,"open') });
    expect(await refused.textContent()).toMatch(/quote is not closed/);
    // The refusal is logged by the browser.
    complaints.length = 0;

    const table = [
      ['员工花名册'],
      ['工号', '姓名', '科室', '入职日期'],
      [`${own}A`, '甲', '冲压车间', '2026-03-01'],
      [`${own}B`, '乙', '冲压车间', '2026-02-31'],
      [`${own}C`, { formula: 'B3' }, '冲压车间', null],
      [`${own}D`, '丁', '冲压车间', { number: '45352', style: 1 as const }],
    ];
    const buffer = await workbook(table, { merges: ['A1:D1'] });
    await page
      .getByTestId('import-file')
      .setInputFiles({ name: 'people.xlsx', mimeType: XLSX, buffer });

    // The department has a heading that is not known.
    const mapping = page.getByTestId('mapping');
    await mapping.waitFor();
    expect(await page.getByTestId('mapping-row').inputValue()).toBe('2');
    expect(await page.getByTestId('mapping-missing').textContent()).toContain('Department');
    expect(await page.getByTestId('import-check').isDisabled()).toBe(true);
    await page.getByTestId('means-C').selectOption('department');
    await page.getByTestId('import-check').click();
    await stateIs(page, 'checked');
    expect(await page.getByTestId('count-good').textContent()).toBe('2 rows good');
    expect(await page.getByTestId('count-bad').textContent()).toBe('2 rows to correct');
    const issues = page.getByTestId('issue');
    await issues.first().waitFor();
    expect(await issues.allTextContents()).toEqual([
      expect.stringMatching(/^D4.*There is no such day/s),
      expect.stringMatching(/^B5.*formula/s),
    ]);
    expect(await page.getByTestId('mode-all-or-nothing').isDisabled()).toBe(true);

    await page.getByTestId('import-run').click();
    await stateIs(page, 'done');
    expect(await page.getByTestId('count-done').textContent()).toBe('2 rows saved');
    const download = page.waitForEvent('download');
    await page.getByTestId('import-result').click();
    const bytes = new Uint8Array(await readFile(await (await download).path()));
    const { rows } = await readHead(bytes, { most: 9 });
    expect(rows.map(({ cells }) => cells[0])).toEqual(['工号', `${own}B`, `${own}C`]);

    await page.goto(`${world.plant.url}/admin/people?q=${own}&status=`);
    await page.getByTestId('person-row').nth(1).waitFor();
    await page.goto(`${world.plant.url}/imports`);
    await page.getByTestId('import-row').first().click();
    await page.getByTestId('import-undo').click();
    await page.getByTestId('confirm-yes').click();
    await stateIs(page, 'undone');
    expect(await page.getByTestId('count-undone').textContent()).toBe('2 rows taken back');
    expect(complaints).toEqual([]);
  });

  it('on a phone and in the dark a file is chosen by keyboard, and the columns are remembered', async () => {
    const { page, complaints } = await open({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      colorScheme: 'dark',
    });
    await page.goto(`${world.plant.url}/imports`);
    const choose = page.getByTestId('import-choose');
    await choose.waitFor();
    const chooser = page.waitForEvent('filechooser', { timeout: 30_000 });
    await choose.press('Enter');
    const text = `工号,姓名,科室\n${own}E,戊,没有\n`;
    await (await chooser).setFiles({
      name: 'people.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(text),
    });
    await page.getByTestId('means-C').waitFor();
    expect(await page.getByTestId('means-C').inputValue()).toBe('department');
    await page.getByTestId('import-check').click();
    await stateIs(page, 'checked');
    await page.getByText('There is no such department').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      390,
    );
    expect(complaints).toEqual([]);
  });

  it('on a phone certificates come with their scans, and a second file changes them by keyboard', async () => {
    const { page, complaints } = await open({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    const send = async (issuer: string) => {
      await page.goto(`${world.plant.url}/imports`);
      await page.getByTestId('import-kind').selectOption('certificates');
      const rows = ['1', '2'].map((n) => `E001,低压电工作业,${own}-${n},${issuer},2025-01-10`);
      const text = ['工号,资质类别,证号,发证机关,发证日期', ...rows].join('\n');
      await page.getByTestId('import-file').setInputFiles({
        name: 'certificates.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(text),
      });
      await page.getByTestId('mapping').waitFor();
    };
    await send('Bureau A');
    const pdf = (mark: string) => `%PDF-1.4\n1 0 obj <</Mark (${mark})>> endobj\n%%EOF`;
    await page.getByTestId('scans-file').setInputFiles({
      name: 'scans.zip',
      mimeType: 'application/zip',
      buffer: await zipOf({ [`${own}-1.pdf`]: pdf('one'), 'other.pdf': pdf('other') }),
    });
    await page.getByText('scans.zip: 2 scans').waitFor();
    await page.getByTestId('import-check').click();
    await stateIs(page, 'checked');
    expect(await page.getByTestId('scans-unused').textContent()).toContain('other.pdf');
    await page.getByText('Remarks').click();
    await page.getByText('No scan is named after the number').waitFor();
    await page.getByTestId('import-run').click();
    await stateIs(page, 'done');
    expect(await page.getByTestId('count-done').textContent()).toBe('2 rows saved');

    await send('Bureau B');
    await page.getByTestId('existing-refuse').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await page.getByTestId('existing-update').isChecked()).toBe(true);
    await page.getByTestId('import-check').press('Enter');
    await stateIs(page, 'checked');
    expect(await page.getByTestId('count-updates').textContent()).toBe('2 of them change a record');
    const changes = page.getByTestId('change');
    await changes.first().waitFor();
    expect(await changes.first().textContent()).toMatch(/Issuer.*Bureau A → Bureau B/s);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      390,
    );
    await page.getByTestId('import-run').click();
    await stateIs(page, 'done');
    await page.getByTestId('import-undo').click();
    await page.getByTestId('confirm-yes').click();
    await stateIs(page, 'undone');
    expect(await page.getByTestId('count-undone').textContent()).toBe('2 rows taken back');
    expect(complaints).toEqual([]);
  });
});
