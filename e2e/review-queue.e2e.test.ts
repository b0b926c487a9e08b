import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Incident } from '../api/src/modules/incidents/schema.ts';
import { type Database, openDatabase } from '../api/src/platform/db/database.ts';
import { openIncidentSite } from '../api/src/testing/incidents.ts';
import { confirmedAs, handleOn } from '../api/src/testing/named-people.ts';
import { outageToTell, putOutage } from '../api/src/testing/outages.ts';
import { launchBrowser } from './support/browser.ts';
import {
  chosen,
  groupBy,
  type OpenOptions,
  openIncidents,
  phone,
  rowOf,
  toast,
} from './support/incident-list.ts';
import { watchLayoutShifts } from './support/layout-shifts.ts';
import { photographNow } from './support/photograph.ts';
import { seenAfter, seenList } from './support/seen-list.ts';
import { swipe } from './support/swipe.ts';
import { until } from './support/until.ts';

/* A day with many incidents: marked by keys and decided on together, claimed, and what came since the last look. */

let world: Awaited<ReturnType<typeof openIncidentSite>>;
let database: Database;
let browser: Browser;

beforeAll(async () => {
  const dashboardDir = resolve(import.meta.dirname, '../dashboard/build');
  world = await openIncidentSite({ ownServer: true, dashboardDir });
  database = openDatabase(world.api.settings.databaseUrl);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await database?.close();
  await world?.stop();
});

const open = (user: string, locale: string, options?: OpenOptions) =>
  openIncidents(browser, world.api.url, { user, locale, ...(options && { options }) });
/** A finding of an hour of its own, so that each is an incident, newest last. */
async function found(name = 'a'): Promise<Incident> {
  const { id } = await world.see(world.west, world.hour(), name);
  return world.incidentOf(id);
}
const statusOf = async ({ id }: Incident) => (await world.detailOf(id)).status;

describe('the queue of a busy day', () => {
  it('[UX-09] is worked off by the keyboard: many at once, with what was not taken, and one undo', async () => {
    const acts: Incident[] = [];
    for (let n = 0; n < 8; n++) acts.push(await found());
    const start = world.hour();
    const { handle } = await handleOn(database, 'E006', start);
    const { id } = await world.see(world.west, start, 'a', { identity: confirmedAs(handle) });
    const named = await world.incidentOf(id);
    // The newest is on top.
    const [a, b, c, d] = acts.slice(4).reverse() as [Incident, Incident, Incident, Incident];

    const { page, complaints } = await open('operator', 'en');
    // At desk width the first one is open.
    await page.locator(`[data-testid=incident][data-id="${named.id}"]`).waitFor();
    for (let n = 0; n < 3; n++) await page.keyboard.press('Shift+J');
    expect(await chosen(page)).toEqual([named, a, b, c].map((one) => one.id));
    await page.keyboard.press('Shift+K');
    await page.keyboard.press('Shift+ArrowDown');
    await page.getByTestId('many-bar').getByText('4 selected').waitFor();
    await photographNow(page, 'queue-many');

    // A colleague is quicker with one of them: it leaves the list, and the selection.
    await world.api.send('safety', 'POST', `/incidents/${b.id}/verdict`, {
      decision: 'dismiss',
      reason: 'duplicate',
      version: b.version,
    });
    await rowOf(page, b).waitFor({ state: 'detached' });
    await page.getByTestId('many-bar').getByText('3 selected').waitFor();
    await page.keyboard.press('c');
    await toast(page, '2 confirmed, 1 needs a look of its own').waitFor();
    expect(await chosen(page)).toEqual([named.id]);
    expect(await Promise.all([a, c, named, d].map(statusOf))).toEqual([
      'confirmed',
      'confirmed',
      'pending',
      'pending',
    ]);
    await page.keyboard.press('u');
    await toast(page, '2 reopened').waitFor();
    expect(await Promise.all([a, c].map(statusOf))).toEqual(['pending', 'pending']);

    // All that are loaded, with a reason; those that teach the models are not offered.
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+A');
    await page.getByTestId('many-bar').getByText('8 selected').waitFor();
    await page.keyboard.press('d');
    await page.getByTestId('many-reasons').waitFor();
    expect(await page.getByTestId('many-reason-not-a-person').count()).toBe(0);
    await photographNow(page, 'queue-many-reasons');
    await page.keyboard.press('2');
    await toast(page, '8 dismissed').waitFor();
    await page.getByTestId('empty').waitFor();
    expect(await statusOf(named)).toBe('dismissed');
    expect(complaints.filter((one) => !/floor-plans.*image/.test(one))).toEqual([]);
    await page.context().close();
  });

  it('shows who looks at an incident, asks a colleague first, and leaves it out of what is free', async () => {
    const [mine, free] = [await found(), await found()];
    const { page: one } = await open('operator', 'en');
    const { page: other } = await open('safety', 'en');
    await rowOf(one, mine).click();
    await one.getByTestId('claim-line').waitFor();
    await one.keyboard.press('m');
    await rowOf(other, mine).locator('[data-testid=claim-mark][data-mine=false]').waitFor();
    await rowOf(other, mine).click();
    await other.getByTestId('claim-line').getByText('Li Zhiban is looking at it').waitFor();
    await photographNow(other, 'queue-claimed');
    await other.keyboard.press('c');
    await other.getByTestId('confirm').getByText('Li Zhiban is looking at it').waitFor();
    await other.getByTestId('confirm-no').click();
    expect(await statusOf(mine)).toBe('pending');

    await other.goto(`${world.api.url}/incidents?claim=free`);
    await rowOf(other, free).waitFor();
    expect(await rowOf(other, mine).count()).toBe(0);
    await one.keyboard.press('m');
    await rowOf(other, mine).waitFor();
    // Assigned, it is the colleague's, who is told of it.
    await one.getByTestId('assign').click();
    await one.getByTestId('assign-to').selectOption({ label: 'Wang Anquan' });
    await one.getByTestId('assign-save').click();
    await rowOf(other, mine).locator('[data-testid=claim-mark][data-mine=true]').waitFor();
    await one.getByTestId('claim-line').getByText('Assigned to Wang Anquan').waitFor();
    await other.goto(`${world.api.url}/incidents?claim=mine`);
    await rowOf(other, mine).waitFor();
    expect(await other.getByTestId('incident-row').count()).toBe(1);
    await other.getByTestId('verdict-bar').waitFor();
    await other.keyboard.press('c');
    await until('it is decided', async () => (await statusOf(mine)) === 'confirmed');
    for (const page of [one, other]) await page.context().close();
  });

  it('says what came since the last look, lists it, and parts the list there; a phone marks by a finger', async () => {
    const seen = await found();
    const { page } = await open('safety.head', 'zh-CN', phone);
    expect(await page.getByTestId('look-divider').count()).toBe(0);
    await page.goto(`${world.api.url}/notices`);
    await until('the look is kept with the account', async () => {
      const { status } = await world.api.send('safety.head', 'GET', '/me/settings/review-look');
      return status === 200;
    });
    const fresh = [await found(), await found()];
    await page.goto(`${world.api.url}/incidents`);
    await page.getByTestId('new-since').getByText('新增 2 件').waitFor();
    await page.getByTestId('look-divider').waitFor();
    await photographNow(page, 'queue-new');
    await page.setViewportSize(phone.viewport);
    await page.getByTestId('new-show').tap();
    await page.getByTestId('new-shown').waitFor();
    for (const one of fresh) await rowOf(page, one).waitFor();
    expect(await page.getByTestId('incident-row').count()).toBe(2);

    await page.getByTestId('many-start').tap();
    for (const one of fresh) await rowOf(page, one).tap();
    await page.getByTestId('many-bar').getByText('已选 2 件').waitFor();
    await photographNow(page, 'queue-phone');
    await page.setViewportSize(phone.viewport);
    await page.getByTestId('many-dismiss').tap();
    await page.getByTestId('many-reason-false-detection').tap();
    await toast(page, '已驳回 2 件').waitFor();
    await page.getByTestId('new-all').tap();
    await rowOf(page, seen).waitFor();
    await page.context().close();
  });

  it('[UX-06] a row is swiped on a phone: to the right confirms it, with an undo, to the left asks for the reason', async () => {
    const [older, newer] = [await found(), await found()];
    const { page } = await open('safety.head', 'en', phone);
    await rowOf(page, newer).waitFor();
    // Too short: nothing happens, and the page does not scroll to the side.
    await swipe(page, rowOf(page, newer), 50);
    await swipe(page, rowOf(page, newer), 160);
    await rowOf(page, newer).waitFor({ state: 'detached' });
    await until('it is confirmed', async () => (await statusOf(newer)) === 'confirmed');
    await page.getByRole('button', { name: 'Undo' }).last().tap();
    await until('it is pending again', async () => (await statusOf(newer)) === 'pending');
    await rowOf(page, newer).waitFor();
    await swipe(page, rowOf(page, older), -160);
    // The message of the undo does not cover it.
    await page.getByTestId('many-reason-duplicate').tap({ timeout: 5_000 });
    await rowOf(page, older).waitFor({ state: 'detached' });
    expect(await statusOf(older)).toBe('dismissed');
    expect(await statusOf(newer)).toBe('pending');
    await page.context().close();
  });

  it('[UX-09] ticks the boxes by Tab and Space, and X is for the open incident', async () => {
    const [older, newer] = [await found(), await found()];
    const { page } = await open('operator', 'en');
    await rowOf(page, newer).click();
    await page.locator(`[data-testid=incident][data-id="${newer.id}"]`).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await chosen(page)).toEqual([newer.id]);
    await page.keyboard.press('Space');
    expect(await chosen(page)).toEqual([]);

    // Away from the box. A click on the row would open it a moment after the key.
    await page.getByTestId('incident').click({ position: { x: 2, y: 2 } });
    await page.keyboard.press('j');
    await page.locator(`[data-testid=incident][data-id="${older.id}"]`).waitFor();
    await page.keyboard.press('x');
    expect(await chosen(page)).toEqual([older.id]);
    await page.context().close();
  });

  it('is grouped by camera or person, worked off by keys across groups, and the choice stays', async () => {
    const west = [await found(), await found()];
    const start = world.hour();
    const { handle } = await handleOn(database, 'E009', start);
    const { id } = await world.see(world.east, start, 'a', {
      identity: confirmedAs(handle),
      severity: 'medium',
    });
    const named = await world.incidentOf(id);
    const { page, complaints } = await open('operator', 'en');
    await groupBy(page, 'By camera');
    const header = (group: string) =>
      page.locator(`[data-testid=queue-group][data-group="${group}"]`);
    await header('camera:hall-east').getByText('1 incident').waitFor();
    // The most severe group is first, and open; the other one is read as the keys come to it.
    for (const one of west) await rowOf(page, one).waitFor();
    expect(await rowOf(page, named).count()).toBe(0);
    const last = page.getByTestId('incident-row').last();
    const lastId = (await last.getAttribute('data-id')) ?? '';
    const opened = (id: string) => page.locator(`[data-testid=incident][data-id="${id}"]`);
    await last.click();
    await opened(lastId).waitFor();
    await page.keyboard.press('j');
    await opened(named.id).waitFor();
    await rowOf(page, named).waitFor();
    await page.keyboard.press('g');
    await rowOf(page, named).waitFor({ state: 'detached' });
    await page.keyboard.press('k');
    await opened(lastId).waitFor();
    await photographNow(page, 'queue-groups');
    // All of the group is marked, and stays so as a colleague decides on one and another comes in.
    await page.keyboard.press('Shift+G');
    const before = await chosen(page);
    expect(before).toEqual(expect.arrayContaining(west.map((one) => one.id)));
    expect(before).not.toContain(named.id);
    const added = await found();
    await rowOf(page, added).waitFor();
    expect(await chosen(page)).toEqual(before);
    await page.keyboard.press('d');
    await page.getByTestId('many-reason-duplicate').click();
    await until('they are dismissed', async () =>
      (await Promise.all(west.map(statusOf))).every((one) => one === 'dismissed'),
    );
    expect(await Promise.all([named, added].map(statusOf))).toEqual(['pending', 'pending']);

    // With the account: on a phone, by another grouping after it.
    const { page: other } = await open('operator', 'zh-CN', phone);
    await other.locator('[data-group="camera:hall-west"]').waitFor();
    await other.getByTestId('grouping').tap();
    await other.getByRole('option', { name: '按人员' }).tap();
    await other.locator('[data-group="person:"]').getByText('未显示人员').waitFor();
    await other.locator('[data-group^="person:0"]').getByTestId('group-toggle').waitFor();
    await photographNow(other, 'queue-groups-phone');
    await other.context().close();
    expect(complaints.filter((one) => !/floor-plans.*image/.test(one))).toEqual([]);
    await page.context().close();
  });

  it('keeps the header of a group in sight, at a desk and on a phone, and no open row under it', async () => {
    for (let n = 0; n < 9; n++) await found();
    const { page } = await open('operator', 'en', { viewport: { width: 1280, height: 560 } });
    await groupBy(page, 'By camera');
    const header = '[data-testid=queue-group][data-group="camera:hall-west"]';
    await page.locator(header).waitFor();
    await page.getByTestId('incident-row').first().click();
    const first = await page.getByTestId('incident-row').first().getAttribute('data-id');
    await until('the first row is open', async () => (await seenList(page, header)).open === first);
    const ids = new Set<string>();
    for (const key of ['j', 'k']) {
      for (let n = 0; n < 8; n++) {
        const { open: id, isHeaderOnTop } = await seenAfter(page, header, key);
        expect({ id, isHeaderOnTop }).toMatchObject({ isHeaderOnTop: true });
        ids.add(id ?? '');
      }
    }
    expect(ids.size).toBe(9);
    await page.context().close();

    const viewport = { width: 390, height: 560 };
    const { page: other } = await open('operator', 'en', { ...phone, viewport });
    await other.locator(header).waitFor();
    await other.getByTestId('incident-list').evaluate((list) => list.scrollTo(0, 400));
    await until('the header is on top', async () => (await seenList(other, header)).isHeaderOnTop);
    await photographNow(other, 'queue-groups-scrolled');
    await other.setViewportSize(viewport);
    await other.locator(header).getByTestId('group-toggle').tap();
    await other.getByTestId('incident-row').first().waitFor({ state: 'detached' });
    expect((await seenList(other, header)).isHeaderSeen).toBe(true);
    await other.context().close();
  });

  it('moves nothing by itself on steps by keys, though answers, a claim and a clip come late', async () => {
    const pair = world.hour();
    await world.see(world.west, pair, 'a');
    const { id: second } = await world.see(world.west, pair + 20_000, 'a');
    const two = await world.incidentOf(second);
    const confirmed = await world.see(world.west, world.hour(), 'a');
    const single = await world.incidentOf(confirmed.id);
    const { page } = await open('safety', 'en');
    const opened = ({ id }: Incident) => page.locator(`[data-id="${id}"][data-version]`).waitFor();
    await opened(single);
    const shifts = await watchLayoutShifts(page);
    for (const key of ['j', 'k']) {
      await page.keyboard.press(key);
      await opened(key === 'j' ? two : single);
      await page.waitForTimeout(800);
    }
    await world.api.send('safety.head', 'PUT', `/incidents/${single.id}/claim`, {});
    await page.getByTestId('claim-line').getByText(' is looking at it').waitFor();
    const clip = await world.west.cut(confirmed);
    await page.getByTestId('rendition-making').waitFor();
    await world.west.blur(clip);
    await page.locator('[data-testid=clip][data-ready=true]').waitFor();
    expect(await shifts()).toEqual([]);

    // The legend of outages comes last of all, above the picture.
    const since = new Date(pair - 60_000).toISOString();
    await putOutage(world.api.settings.databaseUrl, { ...outageToTell, since });
    for (const viewport of [phone.viewport, { width: 820, height: 1180 }]) {
      await page.setViewportSize(viewport);
      await page.waitForTimeout(800);
      const moved = await watchLayoutShifts(page, /device-outages/);
      await page.keyboard.press('j');
      await page.getByTestId('axis-unwatched').waitFor();
      expect(await moved(), `${viewport.width} px`).toEqual([]);
      await page.keyboard.press('k');
      await opened(single);
    }
    await page.context().close();
  });
});
