import { setTimeout as sleep } from 'node:timers/promises';
import { randomOf } from '@anshi/contracts/testing/random';
import type { Page } from 'playwright-core';
import { within } from '../within.ts';

/** How long a reviewer waits for a picture before the next key, ms: in an outage there is none. */
const PATIENCE_MS = 4_000;
const OUTAGE_PATIENCE_MS = 700;
/** Limit for an answer of the page, ms. */
const PAGE_WITHIN_MS = 30_000;
/** So many steps, then a pause in which nothing may move, ms. */
const ROUND = 12;
const PAUSE_MS = 2_500;

/** What a reviewer does next; a decision is what the label in the picture says. */
export type Step = 'decide' | 'skip' | 'back' | 'undo';

/** Steps without end: most are decisions, few are taken back or skipped. */
export function* steps(seed: string): Generator<{ step: Step; reason: number }, never> {
  const random = randomOf(seed);
  for (;;) {
    const at = random.unit();
    const step = at < 0.9 ? 'decide' : at < 0.94 ? 'undo' : at < 0.98 ? 'skip' : 'back';
    yield { step, reason: 1 + Math.floor(random.unit() * 4) };
  }
}

/** A reviewer who works through the queue by keys alone. */
export class Reviewer {
  readonly #page: Page;
  readonly #lookMs: number;
  readonly #steps: Generator<{ step: Step; reason: number }, never>;
  #pressed = 0;
  /** Pictures that did not come within the patience, outside an outage. */
  withoutPicture = 0;
  pausedMs = 0;

  /** @param lookMs how long the reviewer looks at each picture. */
  constructor(page: Page, options: { seed: string; lookMs: number }) {
    this.#page = page;
    this.#lookMs = options.lookMs;
    this.#steps = steps(options.seed);
  }

  /** Works until a time, ms since the epoch. */
  async work(until: number): Promise<void> {
    while (Date.now() < until) {
      if (!(await this.#shown(PATIENCE_MS))) this.withoutPicture += 1;
      await sleep(this.#lookMs);
      await this.#press();
      if (++this.#pressed % ROUND === 0) await this.#pause();
    }
  }

  /** Goes on while the API is away: pictures do not come. */
  async workInOutage(steps: number): Promise<void> {
    for (let n = 0; n < steps; n++) {
      await this.#shown(OUTAGE_PATIENCE_MS);
      await sleep(this.#lookMs);
      await this.#press();
    }
  }

  /** One decision at once, without a look. */
  async confirm(): Promise<void> {
    await this.#answered('the page takes a key', this.#page.keyboard.press('c'));
  }

  #press(): Promise<void> {
    return this.#answered('the page takes a key', this.#step());
  }

  async #step(): Promise<void> {
    const { step, reason } = this.#steps.next().value;
    const { keyboard } = this.#page;
    if (step === 'decide') {
      // What is on the screen at this moment, as a person sees it.
      const label = await this.#page.evaluate(() => globalThis.reviewProbe.label());
      if (label !== 'none') await keyboard.press('c');
      else {
        await keyboard.press('d');
        await keyboard.press(String(reason));
      }
    } else await keyboard.press({ skip: 'j', back: 'k', undo: 'u' }[step]);
  }

  /** The reviewer reads: new rows come all the same. */
  async #pause(): Promise<void> {
    const began = Date.now();
    await this.#shown(PATIENCE_MS);
    await sleep(PAUSE_MS);
    this.pausedMs += Date.now() - began;
  }

  #shown(patienceMs: number): Promise<boolean> {
    const shown = this.#page.evaluate((ms) => globalThis.reviewProbe.shown(ms), patienceMs);
    return this.#answered('the page says whether the picture is shown', shown);
  }

  /** Playwright has no limit for keys and scripts of a page. */
  #answered<Result>(what: string, work: Promise<Result>): Promise<Result> {
    return within(PAGE_WITHIN_MS, what, work);
  }
}
