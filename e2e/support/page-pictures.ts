import type { Browser, Page } from 'playwright-core';
import { type ShownPage, screens } from '../../tools/screenshots/shown-pages.ts';
import { holdStill, photographStill } from '../../tools/screenshots/still.ts';
import { shiftTime } from '../../tools/screenshots/time-shift.ts';
import { Visitor } from '../../tools/ui-check/visitor.ts';

/** Accounts to whom a page may be shown, those first that see most. */
const accounts = ['safety.head', 'admin', 'worker.press', 'manager', 'custodian'] as const;
/** A page of the user's own needs a person. */
const ownFirst = ['worker.press', ...accounts] as const;

/** Opens pages that look the same in each run, each account in a browser of its own. */
export class PagePictures {
  readonly #browser: Browser;
  readonly #plant: { url: string; demoPassword: string };
  readonly #began = new Date();
  readonly #visitors = new Map<string, Promise<Visitor>>();

  constructor(browser: Browser, plant: { url: string; demoPassword: string }) {
    this.#browser = browser;
    this.#plant = plant;
  }

  /** The page of an account, or of nobody. */
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
    await shiftTime(visitor.page, this.#began);
    await holdStill(visitor.page);
    return visitor;
  }

  /** Opens a page, on the narrowest screen. */
  async open(shown: ShownPage, account: string): Promise<Visitor> {
    const visitor = await this.visitor(account);
    await visitor.look(screens[0][0], shown.language, shown.theme);
    await visitor.visit(shown.path);
    return visitor;
  }

  /** Pictures of an open page on each screen. */
  async *of(visitor: Visitor, { isWhole }: ShownPage): AsyncGenerator<[number, Buffer]> {
    for (const [width, height] of screens) {
      await visitor.page.setViewportSize({ width, height });
      await visitor.settle();
      yield [width, await photographStill(visitor.page, isWhole)];
    }
  }

  /** The first account that sees a page without a refusal. @throws Error where none does. */
  async accountFor(shown: ShownPage): Promise<string> {
    if (!shown.isSignedIn) return '';
    for (const account of shown.path.startsWith('/me') ? ownFirst : accounts) {
      const visitor = await this.visitor(account);
      const refused = refusalsOf(visitor.page);
      await this.open(shown, account);
      if (refused().length === 0 && new URL(visitor.page.url()).pathname.startsWith(shown.path))
        return account;
    }
    throw new Error(`no account of the demonstration sees ${shown.path} without a refusal`);
  }

  async close(): Promise<void> {
    for (const visitor of this.#visitors.values()) await (await visitor).close();
  }
}

/** Starts to note refused requests; returns a function that stops and gives them. */
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
