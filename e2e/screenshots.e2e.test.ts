import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare, type Difference, markDifference, reduce } from '../tools/screenshots/compare.ts';
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
import { launchBrowser } from './support/browser.ts';
import { PagePictures } from './support/page-pictures.ts';
import { startWorld, type World } from './support/world.ts';

/** Set by `npm run screenshots -- --update`: writes what differs. */
const isRenewal = process.env['ANSHI_SCREENSHOTS'] === 'update';
/** Set by `npm run screenshots -- PAGE …`: only these, and each is written. */
const wanted = process.env['ANSHI_SCREENSHOTS_PAGES']?.split(',') ?? null;
const pages = shownPages.filter(
  ({ name, path }) => wanted === null || wanted.includes(path) || wanted.includes(name),
);
const LARGEST_FOLDER = 4_000_000;
const root = resolve(import.meta.dirname, '..');

describe('the kept pictures of all pages', () => {
  const index = readIndex();
  let world: World;
  let browser: Browser;
  let pictures: PagePictures;
  let drawer: Drawer;

  beforeAll(async () => {
    if (!isRenewal) rmSync(foundFolder, { recursive: true, force: true });
    world = await startWorld(
      { file: resolve(import.meta.dirname, '../cameras.yaml') },
      { parts: ['database', 'broker', 'api'] },
    );
    browser = await launchBrowser();
    pictures = new PagePictures(browser, world.plant);
    drawer = await drawerOf((await pictures.visitor('')).page);
  });

  afterAll(async () => {
    await pictures?.close();
    await browser?.close();
    await world?.end();
    if (isRenewal) writeIndex({ ...index, madeWith: drawer });
  });

  /** Writes what was found beside the kept picture; returns where. */
  async function report(name: string, width: number, actual: Buffer, found: Difference) {
    mkdirSync(foundFolder, { recursive: true });
    const file = (kind: string) => join(foundFolder, `${name}-${width}.${kind}`);
    writeFileSync(file('actual.webp'), actual);
    writeFileSync(file('difference.png'), await markDifference(actual, found));
    return relative(root, file('difference.png'));
  }

  async function renew(shown: ShownPage) {
    const account = (index.accounts[shown.name] ??= await pictures.accountFor(shown));
    const visitor = await pictures.open(shown, account);
    for await (const [width, picture] of pictures.of(visitor, shown)) {
      const actual = await reduce(picture);
      const kept = readKept(shown.name, width);
      if (wanted === null && kept && (await compare(kept, actual)).isSame) continue;
      mkdirSync(keptFolder, { recursive: true });
      writeFileSync(keptFile(shown.name, width), actual);
      console.log(`wrote ${relative(root, keptFile(shown.name, width))}`);
    }
  }

  async function check(shown: ShownPage): Promise<string[]> {
    const account = index.accounts[shown.name];
    if (account === undefined) return ['is new'];
    const faults: string[] = [];
    const visitor = await pictures.open(shown, account);
    for await (const [width, picture] of pictures.of(visitor, shown)) {
      const kept = readKept(shown.name, width);
      if (!kept) {
        faults.push(`has no kept picture of ${width} px`);
        continue;
      }
      const actual = await reduce(picture);
      const found = await compare(kept, actual);
      if (found.isSame) continue;
      const { left, top, width: across, height: down } = found.box ?? {};
      const where = await report(shown.name, width, actual, found);
      faults.push(
        `${width} px: ${found.differing} of ${found.cells} cells differ, within ${across} x ${down} px from ${left}, ${top}: ${where}`,
      );
    }
    return faults;
  }

  it.each(pages)('[UX-03] $name looks as it did', async (shown) => {
    if (isRenewal) return renew(shown);
    const faults = await check(shown);
    if (faults.length === 0) return;
    const renewal = `where that is meant: npm run -s screenshots -- --update ${shown.path}`;
    expect.fail([shown.path, ...faults, cautionOf(index.madeWith, drawer), renewal].join('\n'));
  });

  it('are as many as the pages and widths, and small', () => {
    if (wanted !== null) return;
    const files = readdirSync(keptFolder).filter((name) => name.endsWith('.webp'));
    const names = shownPages.flatMap(({ name }) =>
      screens.map(([width]) => `${name}-${width}.webp`),
    );
    expect(files.sort()).toEqual(names.sort());
    const bytes = files.map((name) => statSync(join(keptFolder, name)).size);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(LARGEST_FOLDER);
  });
});
