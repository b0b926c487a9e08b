import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photographNow } from './support/photograph.ts';
import {
  makeAccount,
  type OwnAccount,
  openSharedWorld,
  type SharedWorld,
} from './support/shared-world.ts';
import { swipe } from './support/swipe.ts';

/** Layouts, order, groups and patrol of the camera wall; a browser context is a screen. */
describe('the camera wall', () => {
  let world: SharedWorld;
  let browser: Browser;
  let account: OwnAccount;
  let page: Page;
  /** All cameras in the order of the API. */
  let cameras: string[];
  const complaints: string[][] = [];

  async function screen(
    viewport = { width: 1440, height: 900 },
    finger: { hasTouch?: true; isMobile?: true } = {},
  ): Promise<Page> {
    const opened = await openPage(browser, { viewport, locale: 'en-US', ...finger });
    complaints.push(opened.complaints);
    await signIn(opened.page, world.plant.url, account.username, account.password, 'wall');
    return opened.page;
  }
  const tiles = (on: Page) => on.getByTestId('tile');
  const shown = (on: Page) =>
    tiles(on).evaluateAll((all) => all.map((one) => one.getAttribute('data-camera')));
  const shows = (on: Page, ids: readonly string[]) =>
    expect.poll(() => shown(on), { timeout: 30_000 }).toEqual(ids);
  const tile = (on: Page, camera = '') => on.locator(`[data-testid=tile][data-camera=${camera}]`);
  const wall = (on: Page, with_: string) => on.locator(`[data-testid=wall]${with_}`);
  async function choose(on: Page, layout: string): Promise<void> {
    await on.getByTestId('layout').click();
    await on.getByTestId(`layout-${layout}`).click();
    await wall(on, `[data-layout="${layout}"]`).waitFor();
  }
  const menu = async (on: Page, entry: string) => {
    await on.getByTestId('wall-menu').click();
    await on.getByTestId(entry).click();
  };
  /** The setting, once the account has it. */
  const stored = () =>
    page.evaluate(async () => {
      const { token } = JSON.parse(sessionStorage.getItem('anshi.session') ?? '{}');
      const headers = { authorization: `Bearer ${token}` };
      const { items } = await (await fetch('/api/v1/me/settings', { headers })).json();
      return items.find((one: { key: string }) => one.key === 'wall')?.value;
    });

  beforeAll(async () => {
    world = await openSharedWorld();
    browser = await launchBrowser();
    account = await makeAccount(world, { roles: ['operator'] });
    cameras = (await world.api.cameras()).map(({ id }) => id);
    page = await screen();
  });
  afterAll(() => browser?.close());

  it('has layouts with one large tile, and moves the focus as one sees them', async () => {
    expect(cameras).toHaveLength(3);
    await choose(page, '36');
    await shows(page, cameras);
    // No cell of a row that is used stays empty: the plan, then the newest alarms or that there is none.
    await page.getByTestId('plan-tile').waitFor();
    const alarmCells = page.locator('[data-testid=alarm-tile], [data-testid=alarm-tile-none]');
    await expect.poll(() => alarmCells.count()).toBe(2);
    await photographNow(page, 'wall-36');
    await choose(page, '1+5');
    await photographNow(page, 'wall-1-5');
    const widths = () =>
      tiles(page).evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width));
    // The first one spans two columns and the gap between them.
    await expect
      .poll(async () => {
        const [large = 0, small = 0] = await widths();
        return Math.round(large - 2 * small);
      })
      .toBe(8);
    await page.locator('body').press('ArrowRight');
    await tile(page, cameras[0]).press('ArrowRight');
    await expect.poll(() => tile(page, cameras[1]).evaluate(isFocused)).toBe(true);
    await tile(page, cameras[1]).press('ArrowDown');
    await expect.poll(() => tile(page, cameras[2]).evaluate(isFocused)).toBe(true);
    await tile(page, cameras[2]).press('ArrowLeft');
    await expect.poll(() => tile(page, cameras[0]).evaluate(isFocused)).toBe(true);
  });

  it('is arranged by key and by dragging, the same on every screen of the account', async () => {
    const [a = '', b = '', c = ''] = cameras;
    await choose(page, '4');
    await menu(page, 'arrange');
    await page.getByTestId('arrange-bar').waitFor();
    await tile(page, a).press('Alt+ArrowRight');
    await shows(page, [b, a, c]);
    await expect.poll(() => page.getByTestId('wall-said').textContent()).toMatch(/: place 2 of 3$/);
    // The tile keeps the focus, and goes on.
    await expect.poll(() => tile(page, a).evaluate(isFocused)).toBe(true);
    await tile(page, c).dragTo(tile(page, b));
    await shows(page, [c, a, b]);
    await photographNow(page, 'wall-arranging');
    // A click chooses instead of enlarging; the second one has both trade places.
    await tile(page, a).click();
    await page.locator('[data-testid=tile][aria-pressed=true]').waitFor();
    await tile(page, b).click();
    await shows(page, [c, b, a]);
    await page.getByTestId('arrange-done').click();
    await expect.poll(stored).toMatchObject({ layout: 4, order: [c, b, a] });
    await page.reload();
    await shows(page, [c, b, a]);

    const other = await screen();
    await shows(other, [c, b, a]);
    await menu(other, 'reset-order');
    await shows(other, [a, b, c]);
    await other.context().close();
  });

  it('shows a group of the address, of places and of the own ones', async () => {
    const [a = '', , c = ''] = cameras;
    const { url } = world.plant;
    await page.goto(`${url}/?group=area.loading-gate`);
    await shows(page, ['aisle']);
    await page.goto(`${url}/?group=site.unknown`);
    await page.getByTestId('group-unknown').waitFor();
    await shows(page, cameras);

    await menu(page, 'manage-groups');
    await page.getByTestId('group-add').click();
    await page.getByTestId('group-name').fill('Ends of the hall');
    await page.getByRole('checkbox').nth(1).uncheck();
    await photographNow(page, 'wall-groups');
    await page.getByTestId('group-save').click();
    const group = await page.getByTestId('own-group').getAttribute('data-group');
    await page.getByTestId('group-show').click();
    await shows(page, [a, c]);
    expect(new URL(page.url()).searchParams.get('group')).toBe(`own.${group}`);
    await expect.poll(async () => (await stored()).groups).toHaveLength(1);
    // Enlarged and back, it is still the group; by the menu from another page, too.
    await tile(page, c).press('Enter');
    await shows(page, [c]);
    await page.goto(`${url}/?group=own.${group}`);
    await page.getByTestId('nav-incidents').click();
    await page.waitForURL('**/incidents**');
    await page.getByTestId('nav-wall').click();
    await shows(page, [a, c]);
    await tile(page, c).press('Enter');
    await shows(page, [c]);
    await page.locator('body').press('Escape');
    await shows(page, [a, c]);

    const phone = await screen({ width: 390, height: 844 });
    await phone.goto(`${url}/?group=own.${group}`);
    await shows(phone, [a, c]);
    await photographNow(phone, 'wall-phone-group');
    await phone.setViewportSize({ width: 390, height: 844 });
    await phone.getByTestId('wall-group').click();
    await phone.getByRole('option', { name: 'All cameras' }).click();
    await shows(phone, cameras);
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await phone.context().close();

    await menu(page, 'manage-groups');
    await page.getByTestId('group-remove').click();
    await page.getByTestId('confirm-yes').click();
    await page.getByTestId('own-group').waitFor({ state: 'detached' });
    await page.getByTestId('groups-done').click();
    await shows(page, cameras);
  });

  it('[UX-06] turns pages and enlarged cameras by a finger', async () => {
    const finger = { hasTouch: true, isMobile: true } as const;
    await choose(page, '1');
    await expect.poll(stored).toMatchObject({ layout: 1 });
    const tablet = await screen({ width: 1180, height: 820 }, finger);
    await wall(tablet, '[data-page="0"][data-pages="3"]').waitFor();
    // Too short: neither a page nor, by the click after it, an enlarged camera.
    await swipe(tablet, tiles(tablet), -40);
    await wall(tablet, '[data-page="0"]').waitFor();
    await swipe(tablet, tiles(tablet), -300);
    await wall(tablet, '[data-page="1"]').waitFor();
    await shows(tablet, cameras.slice(1, 2));
    expect(new URL(tablet.url()).searchParams.get('camera')).toBeNull();
    await swipe(tablet, tiles(tablet), 300);
    await wall(tablet, '[data-page="0"]').waitFor();
    // Before the first page is none.
    await swipe(tablet, tiles(tablet), 300);
    await wall(tablet, '[data-page="0"]').waitFor();
    await tablet.context().close();

    const phone = await screen({ width: 390, height: 844 }, finger);
    await tile(phone, cameras[0]).tap();
    await shows(phone, cameras.slice(0, 1));
    await swipe(phone, tiles(phone), -200);
    await shows(phone, cameras.slice(1, 2));
    await phone.context().close();
  });

  it('turns pages by itself, rests while it is used, and only the page shown asks for pictures', async () => {
    await choose(page, '1');
    await page.getByTestId('wall-menu').click();
    await page.getByTestId('patrol-5').click();
    await page.keyboard.press('Escape');
    await wall(page, '[data-page="0"][data-pages="3"]').waitFor();
    const watched = await followed(page);
    await page.locator('body').press('p');
    await page.locator('[data-testid=patrol][data-phase=turning]').waitFor();
    await wall(page, '[data-page="1"]').waitFor();
    expect(await shown(page)).toEqual([cameras[1]]);
    await expect.poll(watched).toEqual([cameras[1]]);
    // The address keeps the patrol: a screen goes on after a power cut.
    await page.reload();
    await page.locator('[data-testid=patrol][data-phase=turning]').waitFor();
    await tile(page, cameras[0]).press('Enter');
    await page.locator('[data-testid=patrol][data-phase=held]').waitFor();
    await page.locator('body').press('Escape');
    await page.locator('[data-testid=patrol][data-phase=resting]').waitFor();
    await page.locator('body').press('p');
    await page.locator('[data-testid=patrol][data-phase=off]').waitFor();
    await page.locator('body').press('?');
    await page.getByTestId('keys').getByText('Start or stop the patrol').waitFor();
    expect(complaints.flat()).toEqual([]);
  });
});

const isFocused = (element: Element): boolean => element === document.activeElement;

/** The cameras whose observations the page follows from now on: what it subscribes to, less what it leaves. */
async function followed(page: Page): Promise<() => string[]> {
  const topics = new Set<string>();
  page.on('websocket', (socket) => {
    topics.clear();
    socket.on('framesent', ({ payload }) => {
      const { type, topics: of = [] } = JSON.parse(String(payload)) as {
        type: string;
        topics?: string[];
      };
      for (const topic of of) {
        if (type === 'subscribe') topics.add(topic);
        else if (type === 'unsubscribe') topics.delete(topic);
      }
    });
  });
  // A new connection says all that it follows.
  await page.reload();
  await page.getByTestId('tile').waitFor();
  return () =>
    [...topics].flatMap((topic) =>
      topic.startsWith('observations:') ? topic.slice('observations:'.length) : [],
    );
}
