import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage } from './support/browser.ts';

const root = join(import.meta.dirname, '..');
let data: string;
let gallery: string;
let browser: Browser;

/** Empty pictures with labels: everything is a miss. */
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'anshi-gallery-'));
  gallery = join(data, 'worst.html');
  for (const set of ['gate/val', 'hall/val']) {
    mkdirSync(join(data, set, 'images'), { recursive: true });
    mkdirSync(join(data, set, 'labels'));
    const create = { width: 320, height: 240, channels: 3, background: '#506070' } as const;
    await sharp({ create })
      .jpeg()
      .toFile(join(data, set, 'images/a.jpg'));
    const labels =
      set === 'gate/val' ? '0 0.5 0.5 0.2 0.6\n1 0.5 0.25 0.1 0.1\n' : '0 0.3 0.5 0.2 0.5\n';
    writeFileSync(join(data, set, 'labels/a.txt'), labels);
  }
  writeFileSync(join(data, 'classes.txt'), 'person\nhelmet\n');
  const args = ['--data', data, '--sets', 'gate/val,hall/val', '--gallery', gallery];
  const bench = ['vision/bench/ppe.ts', ...args];
  const code = await new Promise((resolve) => {
    execFile(process.execPath, bench, { cwd: root }, (error) => resolve(error?.code ?? 0));
  });
  // Nothing was found, so the target is missed; the page is written all the same.
  expect(code).toBe(1);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(data, { recursive: true, force: true });
});

describe('the gallery of the worst errors', () => {
  it('shows them by kind, set and class, in both languages and themes, offline', async () => {
    const { page, complaints } = await openPage(browser, {
      locale: 'zh-CN',
      colorScheme: 'light',
      offline: true,
      viewport: { width: 390, height: 844 },
    });
    await page.goto(`file://${gallery}`);
    const shown = page.locator('.card:visible');
    const choose = (name: string, value: string) =>
      page.locator(`input[name="${name}"][value="${value}"] + span`).click();
    expect(await shown.count()).toBe(3);
    expect(await page.locator('h1 span:visible').textContent()).toBe('最严重的错误');
    await page.locator('img').last().scrollIntoViewIfNeeded();
    await page.waitForFunction(
      '[...document.images].every((i) => i.complete && i.naturalWidth > 0)',
    );
    await choose('set', 'gate/val');
    expect(await shown.count()).toBe(2);
    await choose('class', 'helmet');
    expect(await shown.count()).toBe(1);
    expect(await shown.locator('rect.focus').count()).toBe(1);
    await choose('set', 'hall/val');
    expect(await shown.count()).toBe(0);
    expect(await page.locator('#nothing').isVisible()).toBe(true);
    await page.locator('#language').click();
    expect(await page.locator('h1 span:visible').textContent()).toBe('The worst mistakes');
    const background = () =>
      page.evaluate('getComputedStyle(document.body).backgroundColor') as Promise<string>;
    const light = await background();
    await page.locator('#theme').click();
    expect(await background()).not.toBe(light);
    // No horizontal overflow on a phone.
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(complaints).toEqual([]);
  });
});
