import type { Browser, BrowserContextOptions, Page, ViewportSize } from 'playwright-core';
import { openPages } from './open-pages.ts';

export { launchBrowser } from '../../tools/setup/launch-browser.ts';

/**
 * A page that collects console errors.
 *
 * @param options.offlineApp true for a page whose app opens without a connection, too. Its service
 *   worker loads the whole app in each new context, which takes longer than most tests do.
 */
export async function openPage(
  browser: Browser,
  { offlineApp = false, ...options }: BrowserContextOptions & { offlineApp?: boolean } = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    // The language where a test sets none.
    locale: 'zh-CN',
    ...options,
  });
  // A limit for failures only: a busy machine is slow.
  context.setDefaultTimeout(120_000);
  if (!offlineApp) await context.addInitScript(refuseServiceWorker);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const { url } = message.location();
    complaints.push(url ? `${message.text()} ${url}` : message.text());
  });
  openPages.set(page, complaints);
  page.once('close', () => openPages.delete(page));
  return { page, complaints };
}

/** Runs in the page, as in a browser that keeps nothing for a site. */
function refuseServiceWorker() {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register = () =>
    Promise.reject(new DOMException('service workers are refused', 'SecurityError'));
}

/** Signs in with the form and waits for the first page: the wall, or a worker's home; either where none is named. */
export async function signIn(
  page: Page,
  url: string,
  username: string,
  password: string,
  landing?: 'wall' | 'worker-home',
) {
  await page.goto(url);
  await page.getByTestId('username').fill(username);
  await page.getByTestId('password').fill(password);
  await page.getByTestId('sign-in').click();
  const pages = landing ? [landing] : ['wall', 'worker-home'];
  await page.locator(pages.map((id) => `[data-testid=${id}]`).join()).waitFor();
}

/** Signs an account of the demonstration in and opens a path, in English; a page that collects console errors. */
export async function openAs(
  browser: Browser,
  { url, demoPassword }: { url: string; demoPassword: string },
  username: string,
  path: string,
  viewport?: ViewportSize,
): Promise<{ page: Page; complaints: string[] }> {
  const { page, complaints } = await openPage(browser, viewport ? { viewport } : {});
  await signIn(page, url, username, demoPassword);
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.goto(`${url}${path}`);
  return { page, complaints };
}
