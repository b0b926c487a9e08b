import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Visitor } from './visitor.ts';

/** Milliseconds from the request of a page to the first text or picture on the screen. */
export function firstContent({ page }: Visitor): Promise<number | null> {
  return page.evaluate(
    () =>
      performance.getEntriesByName('first-contentful-paint').map(({ startTime }) => startTime)[0] ??
      null,
  );
}

/** A finger or a pointer is over a link for at least so long before it is pressed, ms: the page is loaded meanwhile. */
const HOVER = 100;

/**
 * Milliseconds from the press on each link of the menu to the frame that shows the next page: its own title and its
 * content, or the outline of what is loaded.
 */
export async function routeChanges(
  visitor: Visitor,
  most = Number.POSITIVE_INFINITY,
): Promise<{ path: string; ms: number }[]> {
  const { page } = visitor;
  await visitor.visit('/me');
  const links = await page
    .locator('nav [data-testid^=nav-]')
    .evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
  const changes: { path: string; ms: number }[] = [];
  for (const path of links.slice(0, most)) {
    const link = page.locator(`nav [data-testid^=nav-][href="${path}"]`).first();
    if ((await link.count()) === 0) continue;
    await link.hover();
    await page.waitForTimeout(HOVER);
    const ms = await link.evaluate(async (element, target) => {
      const before = document.querySelector('#content, main');
      const title = document.title;
      const start = performance.now();
      (element as HTMLElement).click();
      const isThere = () => {
        const now = document.querySelector('#content, main');
        return (
          location.pathname.startsWith(target) &&
          now !== null &&
          (now !== before || document.title !== title)
        );
      };
      while (!isThere() && performance.now() - start < 5_000) {
        await new Promise((done) => requestAnimationFrame(done));
      }
      return performance.now() - start;
    }, path);
    await visitor.settle();
    changes.push({ path, ms });
  }
  return changes;
}

/**
 * Kilobytes (1000 bytes) of the files that the app needs before any page: those that its document names and what they
 * import at once, compressed as the server sends them to a browser (brotli).
 */
export async function bundleSize(url: string): Promise<number> {
  const document = await fetch(url).then((answer) => answer.text());
  const named = [...document.matchAll(/(?:href|src)="(\/(?:_app\/)?[^"]+\.(?:js|css))"/g)].map(
    (match) => match[1] ?? '',
  );
  const seen = new Set(named);
  let bytes = 0;
  for (const path of seen) {
    bytes += await sentBytes(`${url}${path}`);
    if (!path.endsWith('.js')) continue;
    const text = await fetch(`${url}${path}`).then((answer) => answer.text());
    for (const [, file = ''] of text.matchAll(/(?:from|import)\s*["'](\.{1,2}\/[^"']+\.js)["']/g)) {
      seen.add(new URL(file, `http://a${path}`).pathname);
    }
  }
  return bytes / 1000;
}

function sentBytes(address: string): Promise<number> {
  const ask = address.startsWith('https:') ? secureRequest : request;
  return new Promise((resolve, reject) => {
    ask(address, { headers: { 'accept-encoding': 'br' } }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.on('end', () => resolve(bytes));
    })
      .on('error', reject)
      .end();
  });
}
