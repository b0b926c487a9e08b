import type { Browser, Page } from 'playwright-core';
import { reduce } from '../../tools/screenshots/compare.ts';
import { type ShownPage, screens } from '../../tools/screenshots/shown-pages.ts';
import { SHOWN_NOW } from '../../tools/screenshots/shown-time.ts';
import { holdStill, photographStill, wholeHeight } from '../../tools/screenshots/still.ts';
import { Visitor } from '../../tools/ui-check/visitor.ts';

/** Candidate accounts for a page, those with the most permissions first. */
const accounts = ['safety.head', 'admin', 'worker.press', 'manager', 'custodian'] as const;
/** Pages below /me need an account that is linked to a person. */
const ownFirst = ['worker.press', ...accounts] as const;

/** A reduced screenshot. */
export interface PictureOf {
  width: number;
  reduced: Buffer;
}

/** Opens pages with fixed time and style, and takes their screenshots. Each account has its own browser context. */
export class PagePictures {
  readonly #browser: Browser;
  readonly #plant: { url: string; demoPassword: string };
  readonly #visitors = new Map<string, Promise<Visitor>>();
  /** Language and theme that the app is loaded with, by visitor. */
  readonly #looks = new WeakMap<Visitor, string>();

  constructor(browser: Browser, plant: { url: string; demoPassword: string }) {
    this.#browser = browser;
    this.#plant = plant;
  }

  /** The browser session of an account; '' opens one that is not signed in. */
  visitor(account: string): Promise<Visitor> {
    const known = this.#visitors.get(account) ?? this.#enter(account);
    this.#visitors.set(account, known);
    return known;
  }

  async #enter(account: string): Promise<Visitor> {
    const { url, demoPassword } = this.#plant;
    const visitor =
      account === ''
        ? await Visitor.withoutAccount(this.#browser, url)
        : await Visitor.signIn(this.#browser, url, { username: account, password: demoPassword });
    await visitor.page.clock.setFixedTime(SHOWN_NOW);
    await holdStill(visitor.page);
    return visitor;
  }

  /**
   * Opens a page at the narrowest width.
   *
   * @param isFresh true reloads the app. Otherwise a page with the same language and theme as the one before is opened by
   *   a link within the app, which takes a third of the time.
   */
  async open(shown: ShownPage, account: string, isFresh = false): Promise<Visitor> {
    const visitor = await this.visitor(account);
    const look = shown.isSignedIn && !isFresh ? `${shown.language} ${shown.theme}` : null;
    await visitor.page.setViewportSize({ width: screens[0][0], height: screens[0][1] });
    if (look !== null && this.#looks.get(visitor) === look) {
      await follow(visitor, shown.path);
      return visitor;
    }
    await visitor.look(screens[0][0], shown.language, shown.theme);
    await visitor.visit(shown.path);
    if (look !== null) this.#looks.set(visitor, look);
    return visitor;
  }

  /** Takes a reduced screenshot of an open page at each width. */
  async of(visitor: Visitor, { isWhole }: ShownPage): Promise<PictureOf[]> {
    const { page } = visitor;
    const reducing: Promise<PictureOf>[] = [];
    for (const [width, height] of screens) {
      await page.setViewportSize({ width, height });
      if (isWhole) await wholeHeight(page, width, height);
      await visitor.settle();
      const picture = await photographStill(page);
      reducing.push(reduce(picture).then((reduced) => ({ width, reduced })));
    }
    return Promise.all(reducing);
  }

  /** The first candidate account whose requests on a page are all allowed. @throws Error where there is none. */
  async accountFor(shown: ShownPage): Promise<string> {
    if (!shown.isSignedIn) return '';
    for (const account of shown.path.startsWith('/me') ? ownFirst : accounts) {
      const visitor = await this.visitor(account);
      const refused = refusalsOf(visitor.page);
      await this.open(shown, account, true);
      if (refused().length === 0 && new URL(visitor.page.url()).pathname.startsWith(shown.path))
        return account;
    }
    throw new Error(`no account of the demonstration sees ${shown.path} without a refusal`);
  }

  async close(): Promise<void> {
    for (const visitor of this.#visitors.values()) await (await visitor).close();
  }
}

/** Records responses with status 403. Returns a function that stops recording and returns their addresses. */
function refusalsOf(page: Page): () => string[] {
  const refused: string[] = [];
  const note = (answer: { status(): number; url(): string }) => {
    if (answer.status() === 403) refused.push(answer.url());
  };
  page.on('response', note);
  return () => {
    page.off('response', note);
    return refused;
  };
}

/** Navigates within the app by a link, and waits until the page is loaded. */
async function follow(visitor: Visitor, path: string): Promise<void> {
  const { page } = visitor;
  await page.evaluate((href) => {
    const link = document.createElement('a');
    link.href = href;
    document.body.append(link);
    link.click();
    link.remove();
  }, path);
  const isThere = (wanted: string) =>
    location.pathname === wanted || location.pathname.startsWith(`${wanted}/`);
  await page.waitForFunction(isThere, path);
  await page.evaluate(async () => {
    for (let frames = 0; frames < 2; frames += 1) {
      await new Promise((done) => requestAnimationFrame(done));
    }
    scrollTo(0, 0);
  });
  await visitor.settle();
}
