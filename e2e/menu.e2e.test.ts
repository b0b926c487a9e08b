import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { startWorld, type World } from './support/world.ts';

/** The menu in a real browser, for each preset and with modules off: every entry opens. */
describe('the menu', () => {
  let world: World;
  let browser: Browser;
  let admin: ApiClient;
  /** `since`: refused requests count that were made later, in ms since the epoch. */
  interface Visitor {
    page: Page;
    refused: string[];
    since: number;
  }
  const people: Visitor[] = [];

  beforeAll(async () => {
    world = await startWorld(
      { file: resolve(import.meta.dirname, '../cameras.yaml') },
      { parts: ['database', 'broker', 'api'] },
    );
    admin = await ApiClient.signIn(world.plant.url, 'admin', world.plant.demoPassword);
    browser = await launchBrowser();
    for (const [username, landing] of [
      // No account of theirs may watch: there is no wall of black pictures.
      ['admin', 'worker-home'],
      ['safety', 'wall'],
      ['privacy', 'worker-home'],
      // Sees cameras and no workers.
      ['inspector', 'worker-home'],
    ] as const) {
      const { page } = await openPage(browser);
      const visitor: Visitor = { page, refused: [], since: 0 };
      page.on('response', (answer) => {
        const path = new URL(answer.url()).pathname;
        if (answer.status() < 400 || !path.startsWith('/api/')) return;
        // The page before may have asked for what is off now, and be answered late.
        if (answer.request().timing().startTime < visitor.since) return;
        visitor.refused.push(`${new URL(page.url()).pathname}: ${answer.status()} ${path}`);
      });
      await signIn(page, world.plant.url, username, world.plant.demoPassword, landing);
      people.push(visitor);
    }
  });

  afterAll(async () => {
    await browser?.close();
    await world?.end();
  });

  const pathsOf = (page: Page, selector: string) =>
    page
      .locator(selector)
      .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));

  /** Opens a page by a link or by its address, and waits until its data is loaded. */
  async function open(page: Page, path: string, link?: string): Promise<void> {
    if (link) {
      await page.locator(`${link}[href="${path}"]`).click();
      // A board opens its first entry.
      const isThere = (at: string) => at === path || at.startsWith(`${path}/`);
      await expect
        .poll(
          () => {
            const { pathname, search } = new URL(page.url());
            return isThere(`${pathname}${search}`) ? path : `${pathname}${search}`;
          },
          { timeout: 60_000 },
        )
        .toBe(path);
    } else {
      await page.goto(`${world.plant.url}${path}`);
    }
    await page.locator('#content').waitFor();
    await page.waitForFunction(() => document.querySelector('#content .skeleton') === null);
    expect([path, await page.getByTestId('module-off').count()]).toEqual([path, 0]);
    expect([path, await page.locator('#content [role=alert]').allTextContents()]).toEqual([
      path,
      [],
    ]);
  }

  /** Opens every link of the menu and of the department tiles. */
  async function walk(visitor: Visitor): Promise<string[]> {
    const { page, refused } = visitor;
    // The session may not know the switch yet: the answer to this question updates it.
    const known = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/auth/me'));
    await open(page, '/');
    const { features } = (await (await known).json()) as { features: string[] };
    await page.waitForFunction((now) => {
      const { user } = JSON.parse(sessionStorage.getItem('anshi.session') ?? '{}');
      return JSON.stringify(user?.features) === JSON.stringify(now);
    }, features);
    refused.length = 0;
    visitor.since = Date.now();
    await open(page, '/');
    const walked: string[] = [];
    const menu = '[data-testid^=nav-]';
    const tiles = '#content [data-testid^=tile-]';
    for (const path of await pathsOf(page, menu)) {
      await open(page, path, menu);
      walked.push(path);
      if (!['/admin', '/privacy'].includes(path)) continue;
      for (const section of await pathsOf(page, tiles)) {
        await open(page, path, menu);
        await open(page, section, tiles);
        walked.push(section);
      }
    }
    expect(refused).toEqual([]);
    return walked;
  }

  const watched = ['/incidents', '/cameras', '/admin/models'];

  it('[ARC-05] [SME-06] opens with every preset, without an error and without an entry of a module that is off', async () => {
    for (const preset of ['machinery', 'chemical', 'automotive', 'electronics']) {
      await admin.send('POST', `/api/v1/presets/${preset}/apply`);
      const walked = new Set((await Promise.all(people.map(walk))).flat());
      for (const path of [...watched, '/plan', '/hazards', '/admin/places', '/privacy/register']) {
        expect([...walked], preset).toContain(path);
      }
    }
    // Only the three core modules, none with cameras.
    await admin.send('POST', '/api/v1/presets/small-machinery/apply');
    const walked = new Set((await Promise.all(people.map(walk))).flat());
    expect(walked).toContain('/hazards');
    for (const path of [...watched, '/plan', '/admin/webhooks']) {
      expect(walked).not.toContain(path);
    }
  });

  it('[SME-06] with monitoring off has no wall, and an old address says that the module is off', async () => {
    await admin.send('POST', '/api/v1/presets/machinery/apply');
    const [officer] = people.slice(1);
    await open(officer!.page, '/');
    await officer!.page.getByTestId('wall').waitFor();
    // Switched off by another user while the page is open: its next request updates the menu.
    await admin.send('PUT', '/api/v1/features/monitoring', { on: false, reason: 'no cameras' });
    await officer!.page.getByTestId('nav-incidents').click();
    await officer!.page.getByTestId('module-off').waitFor();
    await officer!.page.getByTestId('nav-incidents').waitFor({ state: 'detached' });
    await officer!.page.getByTestId('nav-home').click();
    await officer!.page.getByTestId('worker-home').waitFor();
    for (const person of people) {
      const walked = await walk(person);
      for (const path of watched) expect(walked).not.toContain(path);
      expect(walked).toContain('/hazards');
    }
    await admin.send('PUT', '/api/v1/features/monitoring', { on: true });
    await open(officer!.page, '/');
    await officer!.page.getByTestId('wall').waitFor();
  });

  it('[UX-04] scrolls to its last entry on a low screen, and opens at the section of the address', async () => {
    const { page } = people[0]!;
    await page.setViewportSize({ width: 1440, height: 320 });
    await open(page, '/admin/interfaces');
    const seen = (nav: Element, which: string): boolean => {
      const link = [...nav.querySelectorAll(which)].at(-1)?.getBoundingClientRect();
      const { top, bottom } = nav.getBoundingClientRect();
      return link !== undefined && link.top >= top && link.bottom <= Math.min(bottom, innerHeight);
    };
    const sections = page.getByTestId('admin-nav');
    await expect.poll(() => sections.evaluate(seen, '[aria-current=page]')).toBe(true);
    for (const nav of [page.locator('nav:has([data-testid=nav-admin])').first(), sections]) {
      await nav.evaluate((one) => one.scrollTo(0, 0));
      expect(await nav.evaluate(seen, 'a')).toBe(false);
      await nav.evaluate((one) => one.scrollTo(0, one.scrollHeight));
      expect(await nav.evaluate(seen, 'a')).toBe(true);
    }
  });

  it('the View button of a list is large enough for a finger, and dictionaries have one row of tabs', async () => {
    const { page } = people[0]!;
    for (const [width, height] of [
      [390, 844],
      [820, 1180],
    ] as const) {
      await page.setViewportSize({ width, height });
      await open(page, '/admin/accounts');
      const button = await page.getByTestId('list-menu').boundingBox();
      expect(Math.min(button?.width ?? 0, button?.height ?? 0)).toBeGreaterThanOrEqual(44);
      await open(page, '/admin/dictionaries');
      const tops = await page
        .getByRole('tab')
        .evaluateAll((tabs) => tabs.map((tab) => tab.getBoundingClientRect().top));
      expect(new Set(tops).size).toBe(1);
    }
  });
});
