import { setTimeout } from 'node:timers/promises';
import { afterEach } from 'vitest';
import { openPages } from './open-pages.ts';

/** Most characters of a page's text that are printed. */
const TEXT_MAX = 600;
/** Limit for a page that does not answer, ms. */
const WITHIN_MS = 5_000;

/** Prints address, text and console errors of all open pages after a failed test: a timeout alone does not say why. */
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const [page, complaints] of openPages) {
    const text = await Promise.race([
      page.evaluate(() => document.body.innerText).catch(String),
      setTimeout(WITHIN_MS, 'no answer'),
    ]);
    console.log(`page of "${task.name}": ${page.url()}`);
    console.log(text.replace(/\s+/g, ' ').slice(0, TEXT_MAX));
    for (const complaint of complaints) console.log(`console: ${complaint}`);
  }
});
