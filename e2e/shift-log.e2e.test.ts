import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IncidentSite, openIncidentSite } from '../api/src/testing/incidents.ts';
import { PASSWORD } from '../api/src/testing/site.ts';
import { launchBrowser, openAs, openPage } from './support/browser.ts';
import { photograph, photographNow } from './support/photograph.ts';

/** Alarms of the control room on several screens, and the handover of a shift, in real browsers. */
describe('the control room', () => {
  let world: IncidentSite;
  let browser: Browser;
  let wall: Page;
  let desk: Page;
  let phone: Page;
  /** A screen on a wall that shows the cameras of one group, without an account of a person. */
  let screen: Page;
  const complaints: string[][] = [];

  const open = async (username: string, path: string, viewport = { width: 1440, height: 900 }) => {
    const plant = { url: world.api.url, demoPassword: PASSWORD };
    const opened = await openAs(browser, plant, username, path, viewport);
    complaints.push(opened.complaints);
    return opened.page;
  };
  const ring = async (name: string) => {
    const { data } = await world.see(world.west, Date.now() - 5_000, name, { severity: 'high' });
    return (await world.incidentOf(data.violation)).id;
  };
  const newest = (page: Page, id: string) =>
    page.locator(`[data-testid=desk-newest][data-id="${id}"]`);
  const bar = (page: Page) => page.getByTestId('desk-bar');

  /** Pairs a browser as a screen of hall-west by the code that it shows. */
  const openScreen = async (): Promise<Page> => {
    const opened = await openPage(browser, { locale: 'en-US' });
    complaints.push(opened.complaints);
    await opened.page.goto(`${world.api.url}/screen`);
    const code = (await opened.page.getByTestId('screen-code').textContent())?.trim();
    const made = await world.api.send<{ id: string }>('admin', 'POST', '/wall-groups', {
      site: 'plant-1',
      name: { zh: '西厅', en: 'Hall west' },
      cameras: ['hall-west'],
    });
    const body = { code, name: 'North wall', group: made.body.id };
    const paired = await world.api.send('safety.head', 'POST', '/screens', body);
    expect(paired.status).toBe(201);
    await opened.page.locator('[data-testid=screen][data-state=wall]').waitFor();
    await opened.page.locator('[data-testid=tile][data-camera=hall-west]').waitFor();
    return opened.page;
  };

  beforeAll(async () => {
    world = await openIncidentSite({
      ownServer: true,
      dashboardDir: resolve(import.meta.dirname, '../dashboard/build'),
    });
    browser = await launchBrowser();
    [wall, desk, phone, screen] = await Promise.all([
      open('operator', '/'),
      open('safety', '/incidents'),
      open('safety.head', '/', { width: 390, height: 844 }),
      openScreen(),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
  });

  it('[VIS-06] an alarm comes to wall, desk, phone and paired screen together, and one press silences all', async () => {
    expect(await bar(wall).count()).toBe(0);
    expect(await screen.getByTestId('screen-alarm').count()).toBe(0);
    const id = await ring('together');
    const from = performance.now();
    // A screen is told of the camera, not of the incident.
    const shown = [
      ...[wall, desk, phone].map((page) => newest(page, id)),
      screen.getByTestId('screen-alarm').filter({ hasText: 'Hall west' }),
    ];
    const arrived = await Promise.all(
      shown.map(async (alarm) => {
        await alarm.waitFor();
        return performance.now() - from;
      }),
    );
    // Of a busy machine; `bench screens` has the targets, 1 s and 300 ms apart.
    expect(Math.max(...arrived)).toBeLessThan(5_000);
    expect(Math.max(...arrived) - Math.min(...arrived)).toBeLessThan(3_000);
    await wall.locator('[data-testid=tile][data-camera=hall-west][data-ringing]').waitFor();
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      390,
    );
    await screen.locator('[data-testid=tile][data-camera=hall-west][data-ringing]').waitFor();
    await photographNow(screen, 'alarm-screen');
    await photographNow(wall, 'alarm-wall');
    await photographNow(phone, 'alarm-phone');
    await wall.setViewportSize({ width: 1440, height: 900 });
    await wall.locator('[data-testid=desk-acknowledge]:enabled').waitFor();
    await wall.locator('body').press('a');
    for (const page of [wall, desk, phone]) await bar(page).waitFor({ state: 'detached' });
    await screen.getByTestId('screen-alarm').waitFor({ state: 'detached' });
    for (const page of [wall, screen]) {
      expect(await page.locator('[data-ringing]').count()).toBe(0);
    }
  });

  it('says who was first where two people press', async () => {
    const id = await ring('race');
    await newest(wall, id).waitFor();
    await newest(phone, id).waitFor();
    // The phone does not hear that it is silent: its press comes second.
    await phone.route('**/api/v1/desk-alarms?*', (route) => route.abort());
    await wall.getByTestId('desk-acknowledge').click();
    await bar(wall).waitFor({ state: 'detached' });
    await phone.getByTestId('desk-acknowledge').click();
    await phone.getByText('Li Zhiban acknowledged it before you').waitFor();
    await phone.unroute('**/api/v1/desk-alarms?*');
    await bar(phone).waitFor({ state: 'detached' });
    await desk.goto(`${world.api.url}/shift-log`);
    const row = desk.locator(`[data-testid=log-acknowledged] [data-id="${id}"]`);
    await row.getByText(/Acknowledged by Li Zhiban/).waitFor();
  });

  it('a patrol of the wall goes to the camera of an alarm, and on when that is acknowledged', async () => {
    const patrol = (phase: string) =>
      wall.locator(`[data-testid=patrol][data-phase=${phase}]`).waitFor();
    const west = wall.locator('[data-testid=tile][data-camera=hall-west]');
    await wall.goto(`${world.api.url}/`);
    await wall.getByTestId('layout').click();
    await wall.getByTestId('layout-1').click();
    await wall.getByTestId('wall-menu').click();
    await wall.getByTestId('patrol-60').click();
    await wall.keyboard.press('Escape');
    await wall.locator('[data-testid=wall][data-pages="3"]').waitFor();
    if ((await west.count()) > 0) await wall.locator('body').press('PageDown');
    await west.waitFor({ state: 'detached' });
    await wall.locator('body').press('p');
    await patrol('turning');
    const id = await ring('patrol');
    await newest(wall, id).waitFor();
    await patrol('alarm');
    await west.and(wall.locator('[data-ringing]')).waitFor();
    await wall.getByTestId('desk-acknowledge').click();
    await patrol('turning');
    await wall.locator('body').press('p');
    await patrol('off');
  });

  it('sounds after a click, as browsers ask for, and repeats until it is acknowledged', async () => {
    const strict = await launchBrowser({ autoplay: false });
    const plant = { url: world.api.url, demoPassword: PASSWORD };
    const { page: first } = await openAs(strict, plant, 'operator', '/shift-log');
    const switched = first.getByTestId('option-sound');
    if ((await switched.getAttribute('data-state')) !== 'checked') await switched.click();
    const id = await ring('loud');
    await newest(first, id).waitFor();
    // A window in which nothing was clicked yet, such as a wall after a power cut.
    const { page: quiet } = await openPage(strict, {
      storageState: await first.context().storageState(),
    });
    await first.close();
    await quiet.addInitScript(() => {
      const { start } = OscillatorNode.prototype;
      let tones = 0;
      OscillatorNode.prototype.start = function count(this: OscillatorNode, at?: number) {
        tones += 1;
        document.body.dataset.tones = String(tones);
        start.call(this, at);
      };
    });
    // Asking the page anything counts as a gesture of its user: the page tells by itself.
    await quiet.addInitScript(() => {
      const look = new MutationObserver(() => {
        if (!document.querySelector('[data-testid=desk-sound-blocked]')) return;
        look.disconnect();
        console.info('the sound is blocked');
      });
      look.observe(document, { childList: true, subtree: true });
    });
    const blocked = quiet.waitForEvent('console', (line) => line.text() === 'the sound is blocked');
    await quiet.goto(`${world.api.url}/shift-log`);
    await blocked;
    const tones = () => quiet.evaluate(() => Number(document.body.dataset.tones ?? 0));
    expect(await tones()).toBe(0);
    await quiet.getByTestId('desk-sound-blocked').click();
    await quiet.getByTestId('desk-sound').waitFor();
    // Two tones, and again.
    await expect.poll(tones, { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
    await quiet.getByTestId('desk-acknowledge').click();
    await bar(quiet).waitFor({ state: 'detached' });
    const after = await tones();
    const next = await ring('loud-again');
    await newest(quiet, next).waitFor();
    await expect.poll(tones, { timeout: 30_000 }).toBeGreaterThan(after);
    await quiet.getByTestId('desk-sound').click();
    await strict.close();
  });

  it('a shift is written down, handed over, and accepted by another person on a phone', async () => {
    await wall.goto(`${world.api.url}/shift-log`);
    await wall.getByTestId('note-text').fill('Forklift 2 loses oil');
    await wall.getByTestId('note-add').click();
    await wall.getByTestId('log-notes').getByText('Forklift 2 loses oil').waitFor();
    await photograph(wall, 'shift-log');
    await wall.getByTestId('give-shift').click();
    await wall.getByTestId('give-note').fill('Line 2 stands still until 22:00');
    await wall.getByTestId('give-save').click();
    await wall.getByTestId('shift-waiting').waitFor();
    expect(await wall.getByTestId('give-shift').isDisabled()).toBe(true);
    await wall.getByTestId('look-waiting').click();
    await wall.getByTestId('withdraw-shift').waitFor();
    expect(await wall.getByTestId('accept-shift').count()).toBe(0);

    // By the notice to the next shift.
    await phone.goto(`${world.api.url}/notices`);
    await phone.getByText('Li Zhiban hands over the shift').first().click();
    await phone.getByTestId('handover-dialog').waitFor();
    await phone.getByText('Line 2 stands still until 22:00').waitFor();
    await phone.getByText('Forklift 2 loses oil').waitFor();
    await photographNow(phone, 'handover');
    await phone.setViewportSize({ width: 390, height: 844 });
    await phone.getByTestId('accept-shift').click();
    await phone.getByTestId('handover-state').getByText('Accepted').waitFor();
    await wall.getByTestId('handover-state').getByText('Waiting').waitFor();
    await wall.keyboard.press('Escape');
    await wall.getByTestId('shift-waiting').waitFor({ state: 'detached' });
    await wall.getByTestId('handover-row').first().getByText('Accepted').waitFor();
    // A screen asks for its session until it is paired.
    expect(complaints.flat().filter((text) => !/ERR_FAILED|screen\/session/.test(text))).toEqual(
      [],
    );
  });
});
