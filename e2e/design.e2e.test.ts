import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults } from '../tools/ui-check/accessibility.ts';
import { readCatalogue } from '../tools/ui-check/catalogue.ts';
import { prepare } from '../tools/ui-check/in-page.ts';
import { foreignTexts, SentTexts } from '../tools/ui-check/language.ts';
import { overflow } from '../tools/ui-check/layout.ts';
import { smallTargets } from '../tools/ui-check/targets.ts';
import { shownTexts } from '../tools/ui-check/texts.ts';
import { launchBrowser, openPage } from './support/browser.ts';
import { photographNow } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

const lib = resolve(import.meta.dirname, '../dashboard/src/lib');
const parts = ['ui', 'kit'].flatMap((folder) =>
  readdirSync(`${lib}/${folder}`)
    .filter((name) => name.endsWith('.svelte') && !name.endsWith('.test.svelte'))
    .map((name) => name.replace('.svelte', '')),
);

describe('the page of all parts', () => {
  let world: SharedWorld;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    world = await openSharedWorld();
    browser = await launchBrowser();
    ({ page } = await openPage(browser));
  });
  afterAll(() => browser?.close());

  const show = async (locale: string, theme: string, query = '') => {
    await page.goto(`${world.plant.url}/design${query}`);
    await page.evaluate(
      ([chosen, look]) => {
        localStorage.setItem('anshi.locale', chosen ?? '');
        localStorage.setItem('anshi.theme', look ?? '');
      },
      [locale, theme],
    );
    await page.reload();
    await page.locator('#content').waitFor();
    await prepare(page);
  };

  it('shows every part, without a fault, on a phone and a desktop, in both languages and themes', async () => {
    const catalogue = readCatalogue();
    for (const [width, locale, theme] of [
      [390, 'zh-CN', 'dark'],
      [1440, 'en', 'light'],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await show(locale, theme);
      await page.locator('[data-part=RowList] [data-testid=design-filled-row]').first().waitFor();
      const shown = await page
        .locator('[data-part]')
        .evaluateAll((all) => all.map((one) => one.getAttribute('data-part')));
      expect(parts.filter((part) => part !== 'ListPage' && !shown.includes(part))).toEqual([]);
      const sent = new SentTexts();
      // The name of a file, of a sample and of a part are the same in both.
      sent.add({ name: 'plan sample ListPage' });
      const foreign = foreignTexts(await shownTexts(page), locale, catalogue, sent);
      const small = width === 390 ? await smallTargets(page) : [];
      const faults = [...(await accessibilityFaults(page)), ...(await overflow(page))];
      expect([...faults, ...small, ...foreign]).toEqual([]);
      await photographNow(page, `design-${locale}-${theme}`);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await show('en', 'light', '?part=list-page');
    await page.getByTestId('design-machine-row').first().waitFor();
  });

  it('opens its dialogs and messages, and has switches of theme, language and density', async () => {
    await show('en', 'light');
    for (const [button, shown] of [
      ['show-dialog', 'design-dialog'],
      ['show-form', 'design-form'],
      ['show-record', 'design-record'],
      ['show-keys', 'keys'],
      ['show-confirm', 'confirm'],
    ] as const) {
      await page.getByTestId(button).click();
      await page.getByTestId(shown).waitFor();
      await page.keyboard.press('Escape');
      await page.getByTestId(shown).waitFor({ state: 'detached' });
    }
    await page.getByTestId('show-form').click();
    await page.getByTestId('save').click();
    await page.getByText('The name is taken').last().waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('show-note-danger').click();
    await page.getByTestId('place-note').waitFor();
    const before = await page.getByTestId('toast').count();
    await page.getByTestId('show-toast-warn').click();
    await expect.poll(() => page.getByTestId('toast').count()).toBe(before + 1);
    const choose = async (field: string, option: string) => {
      await page.getByTestId(field).click();
      await page.getByRole('option', { name: option }).click();
    };
    await choose('design-theme', 'Dark');
    await page.locator('html[data-theme=dark]').waitFor();
    await choose('design-density', 'Large');
    await page.locator('html[data-plain]').waitFor();
    await choose('design-density', 'Usual');
    await choose('design-language', '中文');
    await page.getByRole('heading', { name: '界面部件' }).waitFor();
  });

  it('is not found in an installation that is no demonstration, and loads nothing of it', async () => {
    const other = await openPage(browser);
    await other.page.route('**/api/health', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), demo: false } });
    });
    await other.page.goto(`${world.plant.url}/design`);
    await other.page.getByTestId('not-found').waitFor();
    expect(await other.page.locator('[data-part]').count()).toBe(0);
    await other.page.context().close();
  });
});
