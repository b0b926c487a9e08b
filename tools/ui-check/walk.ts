import type { Browser } from 'playwright-core';
import { note } from '../bench/result.ts';
import { accessibilityFaults, type Fault } from './accessibility.ts';
import type { Catalogue } from './catalogue.ts';
import type { Check, Finding } from './findings.ts';
import { isTechnical, jargonTexts } from './jargon.ts';
import { foreignTexts } from './language.ts';
import { emptyColumns, overflow } from './layout.ts';
import { isWanted, type UiOptions } from './options.ts';
import { type FoundPage, Frontier, linksOf, MOST_CLICKS } from './pages.ts';
import { firstContent, routeChanges } from './speed.ts';
import { missingStates } from './states.ts';
import { smallTargets } from './targets.ts';
import { shownTexts } from './texts.ts';
import { Visitor } from './visitor.ts';

/** The width of the narrowest phone, and of a desktop at 400 % (WCAG 1.4.10). */
const NARROWEST = 320;
const PHONE = 390;
const DESKTOP = 1440;
/** Below it the pages are those of a phone or a tablet: lg of the dashboard. */
const TOUCH = 1024;

/** An account that has one role. */
export interface RoleAccount {
  role: string;
  username: string;
  password: string;
}

/** What a walk adds up. */
export interface Walked {
  findings: Finding[];
  pages: Set<string>;
  /** Pages whose states were looked at. */
  statesOf: Set<string>;
  views: number;
  firstContents: number[];
  changes: number[];
}

export const nothingWalked = (): Walked => ({
  findings: [],
  pages: new Set(),
  statesOf: new Set(),
  views: 0,
  firstContents: [],
  changes: [],
});

/** Walks all pages that a role finds from its start page, in each width, theme and language. */
export async function walkRole(
  browser: Browser,
  url: string,
  account: RoleAccount,
  options: UiOptions,
  catalogue: Catalogue,
  walked: Walked,
): Promise<void> {
  const visitor = await Visitor.signIn(browser, url, account);
  try {
    const frontier = new Frontier();
    for (const found of frontier) {
      await visitor.look(DESKTOP, options.languages[0] ?? 'zh-CN', options.themes[0] ?? 'light');
      const isNamed = isWanted(options.pages, found.route);
      // Other pages may lead to the wanted ones; those beneath a page of a record do not.
      if (!isNamed && found.depth > 1) continue;
      await visitor.visit(found.path);
      frontier.add(found, await linksOf(visitor));
      if (!isNamed) continue;
      const began = walked.findings.length;
      await walkPage(visitor, account.role, found, options, catalogue, walked);
      tellFindings(walked, began);
      note(`${account.role} ${found.route}: ${walked.findings.length - began} findings`);
    }
    await visitor.look(DESKTOP, options.languages[0] ?? 'zh-CN', options.themes[0] ?? 'light');
    if (options.pages === null) {
      const changes = (await routeChanges(visitor)).sort((a, b) => b.ms - a.ms);
      walked.changes.push(...changes.map(({ ms }) => ms));
      const slowest = changes.slice(0, 3).map(({ path, ms }) => `${path} ${Math.round(ms)} ms`);
      note(
        `${account.role}: ${changes.length} changes of the route, slowest ${slowest.join(', ')}`,
      );
    }
  } finally {
    await visitor.close();
  }
}

/** Pages without an account: the sign-in, the check of documents, a screen that waits for its code. */
export const openPages = ['/sign-in', '/verify', '/screen'] as const;

/** Walks the pages that need no account. */
export async function walkOpenPages(
  browser: Browser,
  url: string,
  options: UiOptions,
  catalogue: Catalogue,
  walked: Walked,
): Promise<void> {
  const visitor = await Visitor.withoutAccount(browser, url);
  try {
    for (const path of openPages) {
      if (!isWanted(options.pages, path)) continue;
      const began = walked.findings.length;
      const found = { path, route: path, depth: 0 };
      await walkPage(visitor, 'none', found, { ...options, states: false }, catalogue, walked);
      tellFindings(walked, began);
      note(`none ${path}: ${walked.findings.length - began} findings`);
    }
  } finally {
    await visitor.close();
  }
}

function tellFindings(walked: Walked, began: number): void {
  for (const finding of walked.findings.slice(began)) {
    process.stdout.write(`${JSON.stringify(finding)}\n`);
  }
}

/** One page in each width, theme and language, and once in each of its states. */
export async function walkPage(
  visitor: Visitor,
  role: string,
  { path, route, depth }: FoundPage,
  options: UiOptions,
  catalogue: Catalogue,
  walked: Walked,
): Promise<void> {
  const { page } = visitor;
  walked.pages.add(route);
  const add = (
    check: Check,
    view: { width: number; theme: string; language: string },
    faults: readonly Fault[],
  ) => {
    for (const fault of faults)
      walked.findings.push({ check, page: route, role, ...view, ...fault });
  };
  const every = { width: 0, theme: '', language: '' };
  if (depth > MOST_CLICKS && path === route)
    add('depth', every, [{ selector: 'nav', what: `${depth} clicks from the start page` }]);
  for (const language of options.languages) {
    for (const width of options.widths) {
      const [theme = 'light', ...others] = options.themes;
      const view = { width, theme, language };
      await visitor.look(width, language, theme);
      await visitor.visit(path);
      walked.views += options.themes.length;
      const first = await firstContent(visitor);
      if (first !== null) walked.firstContents.push(first);
      add('axe', view, await accessibilityFaults(page));
      const texts = await shownTexts(page);
      add('language', view, foreignTexts(texts, language, catalogue, visitor.sent));
      if (!isTechnical(route)) add('jargon', view, jargonTexts(texts, language, visitor.sent));
      add('overflow', view, await overflow(page));
      if (width < TOUCH) add('target', view, await smallTargets(page));
      if (width >= DESKTOP) add('empty-column', view, await emptyColumns(page));
      for (const other of others) {
        await visitor.useTheme(other);
        add('axe', { ...view, theme: other }, await accessibilityFaults(page, 'color-contrast'));
      }
      if (width === PHONE) {
        await page.setViewportSize({ width: NARROWEST, height: 640 });
        await page.waitForTimeout(60);
        add('overflow', { ...view, width: NARROWEST }, await overflow(page));
      }
    }
  }
  if (!options.states || walked.statesOf.has(route)) return;
  walked.statesOf.add(route);
  await visitor.look(DESKTOP, options.languages[0] ?? 'zh-CN', options.themes[0] ?? 'light');
  for (const { check, what } of await missingStates(visitor, path, catalogue)) {
    add(check, { ...every, width: DESKTOP }, [{ selector: '#content', what }]);
  }
}
