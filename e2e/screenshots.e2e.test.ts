import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare, type Difference, markDifference } from '../tools/screenshots/compare.ts';
import {
  cautionOf,
  type Drawer,
  drawerOf,
  foundFolder,
  hasSameFonts,
  keptFile,
  keptFolder,
  readIndex,
  readKept,
  writeIndex,
} from '../tools/screenshots/kept.ts';
import { type ShownPage, screens, shownPages } from '../tools/screenshots/shown-pages.ts';
import { shownTimeEnvironment } from '../tools/screenshots/shown-time.ts';
import { launchBrowser } from './support/browser.ts';
import { PagePictures, type PictureOf } from './support/page-pictures.ts';
import { startWorld, type World } from './support/world.ts';

/** Set by `npm run screenshots -- --update`: screenshots that differ are written to the folder. */
const isRenewal = process.env['ANSHI_SCREENSHOTS'] === 'update';
/** Set by `npm run screenshots -- PAGE …`: only these pages. With `--update` all of their screenshots are written. */
const wanted = process.env['ANSHI_SCREENSHOTS_PAGES']?.split(',') ?? null;
const pages = shownPages.filter(
  ({ name, path }) => wanted === null || wanted.includes(path) || wanted.includes(name),
);
const isFull = wanted === null && !isRenewal;
const fixedTime = shownTimeEnvironment(new Date());
/** Largest size of all kept screenshots, bytes. */
const LARGEST_FOLDER = 4_000_000;
const root = resolve(import.meta.dirname, '..');

/** Deliberate faults: name, page, widths at which the comparison has to find it, and the CSS that makes it. */
const breaks: readonly (readonly [what: string, path: string, widths: number[], css: string])[] = [
  ['a column is hidden', '/qualifications', [1440], 'tr > :nth-child(3) { display: none }'],
  ['text is larger by a third', '/admin/roles', [390, 820, 1440], 'html { font-size: 130% }'],
  ['tabs are cut', '/admin/dictionaries', [390, 820, 1440], '[role=tablist] { width: 0 }'],
  ['the content lies over the menu', '/hazards', [820, 1440], '#content { translate: -120px }'],
  ['the menu is gone', '/tasks', [390, 820, 1440], 'nav { display: none !important }'],
  ['the content is shifted', '/suppliers', [390, 820, 1440], '#content { padding-top: 40px }'],
];

describe('the kept pictures of all pages', () => {
  const index = readIndex();
  let world: World;
  let browser: Browser;
  let pictures: PagePictures;
  let drawer: Drawer;

  beforeAll(async () => {
    rmSync(foundFolder, { recursive: true, force: true });
    const env = fixedTime ?? {};
    world = await startWorld(
      { file: resolve(import.meta.dirname, '../cameras.yaml') },
      { parts: ['database', 'broker', 'api'], env: { all: env } },
    );
    browser = await launchBrowser({ env });
    pictures = new PagePictures(browser, world.plant);
    drawer = await drawerOf((await pictures.visitor('')).page);
  });

  afterAll(async () => {
    await pictures?.close();
    await browser?.close();
    await world?.end();
    if (isRenewal) writeIndex({ ...index, madeWith: drawer });
  });

  async function take(shown: ShownPage, isFresh: boolean): Promise<PictureOf[]> {
    const account = index.accounts[shown.name] ?? '';
    return pictures.of(await pictures.open(shown, account, isFresh), shown);
  }

  async function renew(shown: ShownPage): Promise<void> {
    index.accounts[shown.name] ??= await pictures.accountFor(shown);
    mkdirSync(keptFolder, { recursive: true });
    for (const { width, reduced } of await take(shown, true)) {
      const kept = readKept(shown.name, width);
      if (wanted === null && kept && (await compare(kept, reduced)).isSame) continue;
      writeFileSync(keptFile(shown.name, width), reduced);
      console.log(`wrote ${relative(root, keptFile(shown.name, width))}`);
    }
  }

  /** Writes the new screenshot, and a copy with the differences marked; returns the path of the copy. */
  async function report(name: string, width: number, actual: Buffer, found: Difference) {
    mkdirSync(foundFolder, { recursive: true });
    const file = (kind: string) => join(foundFolder, `${name}-${width}.${kind}`);
    writeFileSync(file('actual.webp'), actual);
    writeFileSync(file('difference.png'), await markDifference(actual, found));
    return relative(root, file('difference.png'));
  }

  async function faultsOf({ name }: ShownPage, taken: readonly PictureOf[]): Promise<string[]> {
    const faults: string[] = [];
    for (const { width, reduced } of taken) {
      const kept = readKept(name, width);
      const found = kept && (await compare(kept, reduced));
      if (!found) faults.push(`has no kept picture of ${width} px`);
      if (!found || found.isSame) continue;
      const { left, top, width: across, height: down } = found.box ?? {};
      faults.push(
        `${width} px: ${found.differing} of ${found.cells} cells differ, within ${across} x ${down} px from ${left}, ${top}: ${await report(name, width, reduced, found)}`,
      );
    }
    return faults;
  }

  it.for(pages)('[UX-03] $name looks as it did', async (shown, { skip }) => {
    skip(
      !process.env['CI'] && !fixedTime,
      'libfaketime is not installed: npm run setup -- --browser',
    );
    if (isRenewal) return renew(shown);
    const caution = cautionOf(index.madeWith, drawer);
    skip(!process.env['CI'] && !hasSameFonts(index.madeWith, drawer), caution);
    // Retried once after a reload, so that a slow response is not taken for a difference.
    for (const isFresh of [false, true]) {
      const faults = await faultsOf(shown, await take(shown, isFresh));
      if (faults.length === 0) return;
      const renewal = `where that is meant: npm run -s screenshots -- --update ${shown.path}`;
      if (isFresh) expect.fail([shown.path, ...faults, caution, renewal].join('\n'));
    }
  });

  /** Opens a page, changes it, and returns the widths at which it differs from its kept screenshot. */
  async function foundAfter(path: string, change: (page: Page) => Promise<void>) {
    const shown = shownPages.find((one) => one.path === path) as ShownPage;
    const visitor = await pictures.open(shown, index.accounts[shown.name] ?? '', true);
    await change(visitor.page);
    const widths: number[] = [];
    for (const { width, reduced } of await pictures.of(visitor, shown)) {
      const kept = readKept(shown.name, width);
      const found = kept && (await compare(kept, reduced));
      if (found && !found.isSame) widths.push(width);
    }
    return widths;
  }

  it.runIf(isFull).each(breaks)('[UX-03] find where %s', async (_what, path, widths, css) => {
    const found = await foundAfter(path, async (page) => {
      await page.addStyleTag({ content: css });
    });
    expect(found).toEqual(expect.arrayContaining(widths));
  });

  it.runIf(isFull)(
    '[UX-03] find a page without its style sheets, and one in the other theme',
    async () => {
      const every = screens.map(([width]) => width);
      const bare = (page: Page) =>
        page.evaluate(() => {
          for (const sheet of document.styleSheets) sheet.disabled = true;
        });
      expect(await foundAfter('/hazards', bare)).toEqual(every);
      const dark = (page: Page) => page.emulateMedia({ colorScheme: 'dark' });
      expect(await foundAfter('/hazards', dark)).toEqual(every);
    },
  );

  it.runIf(isFull)('are as many as the pages and widths, and small', () => {
    const files = readdirSync(keptFolder).filter((name) => name.endsWith('.webp'));
    const names = shownPages.flatMap(({ name }) =>
      screens.map(([width]) => `${name}-${width}.webp`),
    );
    expect(files.sort()).toEqual(names.sort());
    const bytes = files.map((name) => statSync(join(keptFolder, name)).size);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(LARGEST_FOLDER);
  });
});
