import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';

export const keptFolder = resolve(import.meta.dirname, '../../e2e/screenshots');
/** Output of a run; ignored by git. */
export const foundFolder = resolve(import.meta.dirname, '../../.anshi/screenshots');
const indexFile = join(keptFolder, 'index.json');

/** The browser and fonts that rendered the screenshots. */
export interface Drawer {
  /** Major version. */
  chromium: number;
  /** Widths of a Chinese and a Latin sample text, px. They identify the fonts. */
  texts: readonly number[];
}

/** `index.json` of the folder of kept screenshots. */
export interface KeptIndex {
  madeWith: Drawer;
  /** By page: the account with which it is opened. */
  accounts: Record<string, string>;
}

export function readIndex(): KeptIndex {
  if (!existsSync(indexFile)) return { madeWith: { chromium: 0, texts: [] }, accounts: {} };
  return JSON.parse(readFileSync(indexFile, 'utf8')) as KeptIndex;
}

export function writeIndex({ madeWith, accounts }: KeptIndex): void {
  mkdirSync(keptFolder, { recursive: true });
  const sorted = Object.fromEntries(Object.entries(accounts).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(indexFile, `${JSON.stringify({ madeWith, accounts: sorted }, null, 2)}\n`);
}

export const keptFile = (name: string, width: number): string =>
  join(keptFolder, `${name}-${width}.webp`);

/** The kept screenshot; null where there is none. */
export function readKept(name: string, width: number): Buffer | null {
  const file = keptFile(name, width);
  return existsSync(file) ? readFileSync(file) : null;
}

/** Reads browser version and fonts from a page of the app. */
export async function drawerOf(page: Page): Promise<Drawer> {
  const texts = await page.evaluate(() => {
    const context = document.createElement('canvas').getContext('2d');
    if (!context) return [];
    const { fontFamily } = getComputedStyle(document.body);
    return ['安视工厂安全', 'Hazards, Wm'].map((text) => {
      context.font = `100px ${fontFamily}`;
      return Math.round(context.measureText(text).width);
    });
  });
  return { chromium: Number.parseInt(page.context().browser()?.version() ?? '0', 10), texts };
}

/** Whether both rendered with the same fonts, by the widths of the sample texts. */
export function hasSameFonts(one: Drawer, other: Drawer): boolean {
  return (
    one.texts.length === other.texts.length &&
    one.texts.every((width, index) => Math.abs(width - (other.texts[index] ?? 0)) <= 2)
  );
}

/** The note for a failure message where browser or fonts are other ones; empty where they are the same. */
export function cautionOf(made: Drawer, now: Drawer): string {
  const lines: string[] = [];
  if (made.chromium !== now.chromium) {
    lines.push(
      `the kept pictures were drawn by Chromium ${made.chromium}, this is Chromium ${now.chromium}: where only letters differ, that is the cause`,
    );
  }
  if (!hasSameFonts(made, now)) {
    lines.push(
      `the fonts of this machine are others than those of the kept pictures (fonts-noto-cjk of Debian): widths ${now.texts.join(', ')} in place of ${made.texts.join(', ')}`,
    );
  }
  return lines.join('\n');
}
