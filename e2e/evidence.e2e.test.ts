import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { workerBusKey } from '@anshi/contracts/bus-signature';
import type { Browser, Download, Page } from 'playwright-core';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Child, startChild } from '../vision/src/testing/child.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

const BUS_SECRET = 'a secret of the bus for the evidence of a test';
const root = resolve(import.meta.dirname, '..');
let world: World;
let browser: Browser;
let worker: Child;
let violation: string;
let page: Page;
let complaints: string[];
const folder = mkdtempSync(join(tmpdir(), 'anshi-evidence-worker-'));

/** A worker from its verdict on, with its own key; the cameras are the test. */
beforeAll(async () => {
  world = await startWorld(
    { file: join(root, 'cameras.yaml') },
    { busSecret: BUS_SECRET, parts: ['database', 'broker', 'api'] },
  );
  const { plant } = world;
  worker = await startChild('vision/src/testing/records-process.ts', {
    ANSHI_MQTT_URL: plant.busUrl('worker', 'worker-1'),
    ANSHI_API_URL: plant.url,
    ANSHI_WORKER_TOKEN: plant.workerToken,
    ANSHI_BUS_KEY: workerBusKey(BUS_SECRET, 'demo', 'worker-1'),
    ANSHI_WORKER_DIR: folder,
    TEST_CAMERAS: 'hall-west',
  });
  violation = ulid();
  worker.process.send({
    record: violation,
    camera: 'hall-west',
    place: { site: 'changzhou-1', zones: [{ id: 'robot-cell' }] },
    verdict: { rule: 'zone-intrusion', ruleId: 'in-cell', item: null, zone: 'robot-cell' },
  });
  await until('the violation is on record', () => world.api.get(`/api/v1/incidents/${violation}`));
  browser = await launchBrowser();
  ({ page, complaints } = await openPage(browser));
  await signIn(page, plant.url, 'safety', plant.demoPassword, 'wall');
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.goto(`${plant.url}/incidents/${violation}?status=all`);
});
afterAll(async () => {
  await browser?.close();
  await worker?.end('SIGKILL');
  await world?.end();
  rmSync(folder, { recursive: true, force: true });
});

const saved = async (download: Download): Promise<string> => {
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
};
const verify = (path: string) =>
  new Promise<{ code: number; text: string }>((done) =>
    execFile(process.execPath, ['api/src/evidence-verify.ts', path], { cwd: root }, (error, out) =>
      done({ code: Number(error?.code ?? 0), text: out }),
    ),
  );

it('an incident shows who signed it and the line of the audit log that countersigns it', async () => {
  const signature = page.locator('[data-testid=signature][data-part=confirmed]');
  await signature.getByText(/Signed by worker-1, countersigned at line \d+/).waitFor();
  expect(await signature.getAttribute('data-state')).toBe('signed');
  await photograph(page, 'signature');
});

it('a pack is made, downloaded and checked elsewhere; its report and label come with it', async () => {
  await page.getByTestId('make-pack').click();
  await page.getByTestId('pack-reason').fill('asked for by the authority');
  await page.getByTestId('pack-save').click();
  const pack = page.locator('[data-testid=pack][data-state=ready]');
  await pack.waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    pack.getByTestId('pack-download').click(),
  ]);
  const { code, text } = await verify(await saved(download));
  expect(text).toContain('OK');
  expect(code).toBe(0);
  const [label] = await Promise.all([
    page.waitForEvent('download'),
    pack.getByTestId('pack-label').click(),
  ]);
  expect(label.suggestedFilename()).toContain('label-');
  await photograph(page, 'pack');
});

it('the code of the report leads to what it is, without an account; the file is compared there', async () => {
  await page.getByTestId('make-report').click();
  await page.getByTestId('pack-reason').fill('for the file');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByTestId('pack-save').click(),
  ]);
  const report = await saved(download);
  // The pack has the code of its archive on the page.
  await page.getByTestId('pack').getByText('Digest SHA-256').click();
  const link = page.getByTestId('pack').locator('a[href^="/verify/"]');
  const address = (await link.getAttribute('href')) ?? '';
  const { page: stranger, complaints: theirs } = await openPage(browser, {
    viewport: { width: 390, height: 844 },
  });
  await stranger.goto(`${world.plant.url}/verify`);
  await stranger.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await stranger.goto(`${world.plant.url}${address}`);
  await stranger.getByTestId('verify-found').getByText('Pack of evidence of an incident').waitFor();
  await stranger.getByTestId('verify-file').setInputFiles(report);
  await stranger.locator('[data-testid=verify-compared][data-result=other]').waitFor();
  await photograph(stranger, 'verify');
  await stranger.getByTestId('verify-code').fill('00000-00000-00000-00000');
  await stranger.getByTestId('verify-check').click();
  await stranger.getByTestId('verify-unknown').waitFor();
  // The browser itself tells of the 404 that was asked for.
  expect(theirs.filter((text) => !text.includes('404'))).toEqual([]);
  await stranger.close();
});

it('evidence is held with a reason and a review date, listed, and lifted', async () => {
  await page.getByTestId('set-hold').click();
  await page.getByTestId('hold-reason').fill('Dispute 2026-17');
  await page.getByTestId('hold-save').click();
  await page.locator('[data-testid=hold][data-held=true]').getByText('Dispute 2026-17').waitFor();
  await page.getByTestId('hold-review-day').waitFor();
  await photograph(page, 'hold');
  await page.goto(`${world.plant.url}/evidence-holds`);
  const row = page.getByTestId('evidence-hold-row').filter({ hasText: 'Dispute 2026-17' });
  await row.waitFor();
  await photograph(page, 'holds');
  await row.click();
  await page.getByTestId('lift-hold').click();
  await page.getByTestId('confirm-reason').fill('The case is closed');
  await page.getByTestId('confirm-yes').click();
  await page.locator('[data-testid=hold][data-held=false]').waitFor();
  expect(complaints).toEqual([]);
});
