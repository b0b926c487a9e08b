import type { Browser, BrowserContext, Page, Response } from 'playwright-core';
import { prepare } from './in-page.ts';
import { SentTexts } from './language.ts';
import type { Language, Theme } from './options.ts';

const heights: Record<number, number> = { 320: 640, 390: 844, 820: 1180, 1440: 900 };
/** A limit for failures only: a busy machine is slow. */
const PATIENCE = 30_000;
/** The page has loaded when no API request was pending for this long, ms. */
const QUIET = 150;

/** A signed-in account in a browser of its own. */
export class Visitor {
  readonly page: Page;
  readonly sent = new SentTexts();
  readonly #url: string;
  readonly #context: BrowserContext;
  readonly #open = new Set<object>();
  #lastAnswer = 0;
  /** Paths of the API that were read since the last visit. */
  readonly read = new Set<string>();

  private constructor(context: BrowserContext, page: Page, url: string) {
    this.#context = context;
    this.page = page;
    this.#url = url;
    page.on('request', (request) => {
      const path = apiPath(request.url());
      if (!path || request.method() !== 'GET') return;
      this.#open.add(request);
      this.read.add(path);
    });
    const end = (request: object) => {
      if (this.#open.delete(request)) this.#lastAnswer = Date.now();
    };
    page.on('requestfinished', end);
    page.on('requestfailed', end);
    page.on('response', (answer) => void this.#hear(answer));
  }

  async #hear(answer: Response): Promise<void> {
    if (!apiPath(answer.url()) || answer.status() >= 300) return;
    if (!(answer.headers()['content-type'] ?? '').includes('json')) return;
    this.sent.add(await answer.json().catch(() => null));
  }

  /** Signs in with the form. @throws Error where the account may not. */
  static async signIn(
    browser: Browser,
    url: string,
    account: { username: string; password: string },
  ): Promise<Visitor> {
    const visitor = await Visitor.withoutAccount(browser, url);
    const { page } = visitor;
    await page.getByTestId('username').fill(account.username);
    await page.getByTestId('password').fill(account.password);
    await page.getByTestId('sign-in').click();
    await page.locator('#content').waitFor();
    return visitor;
  }

  /** At the start page, signed out. */
  static async withoutAccount(browser: Browser, url: string): Promise<Visitor> {
    const context = await browser.newContext({ locale: 'zh-CN', serviceWorkers: 'block' });
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    const visitor = new Visitor(context, page, url);
    await page.goto(url);
    return visitor;
  }

  /** Takes effect at the next visit. The theme follows the browser's colour scheme. */
  async look(width: number, language: Language, theme: Theme): Promise<void> {
    await this.page.setViewportSize({ width, height: heights[width] ?? 900 });
    await this.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await this.page.evaluate((chosen) => {
      localStorage.setItem('anshi.locale', chosen);
      localStorage.setItem('anshi.theme', 'system');
    }, language);
  }

  /** Opens a page by its address and waits until it is loaded. */
  async visit(path: string, patience = PATIENCE): Promise<void> {
    this.read.clear();
    await this.page.goto(`${this.#url}${path}`, { waitUntil: 'commit' });
    await this.page.locator('#content, main').first().waitFor({ state: 'attached' });
    await this.settle(patience);
    await prepare(this.page);
  }

  /** Waits until no request is open and no loading skeleton is shown. The sample skeletons of `/design` are left out. */
  async settle(patience = PATIENCE): Promise<void> {
    const until = Date.now() + patience;
    while (Date.now() < until) {
      const isOutline = await this.page
        .evaluate(() => document.querySelector('.skeleton:not([data-part] .skeleton)') !== null)
        .catch(() => true);
      if (!isOutline && this.#open.size === 0 && Date.now() - this.#lastAnswer > QUIET) return;
      await this.page.waitForTimeout(40);
    }
  }

  /** Another theme of the page as it is. */
  async useTheme(theme: Theme): Promise<void> {
    await this.page.emulateMedia({ colorScheme: theme });
    await this.page.waitForFunction(
      (name) => document.documentElement.getAttribute('data-theme') === name,
      theme,
    );
    // Colours are inherited by transitions, one level of elements after the other.
    await this.page.evaluate(async () => {
      const runs = () => document.getAnimations().some((one) => one instanceof CSSTransition);
      for (let still = 0; still < 4; still = runs() ? 0 : still + 1) {
        await new Promise((done) => requestAnimationFrame(done));
      }
    });
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}

/** The path below `/api/v1` of an address; null of what is no answer of the API, and of what streams. */
export function apiPath(address: string): string | null {
  const { pathname } = new URL(address);
  if (!pathname.startsWith('/api/v1/')) return null;
  return /\/(live|stream|content|file|snapshot|clip|picture)\b/.test(pathname) ? null : pathname;
}
