import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startActuator, type TestActuator } from '../api/src/testing/actuator.ts';
import { type IncidentSite, openIncidentSite } from '../api/src/testing/incidents.ts';
import { PASSWORD } from '../api/src/testing/site.ts';
import { blurredEvent } from '../api/src/testing/worker.ts';
import { launchBrowser, openAs } from './support/browser.ts';
import { photograph, photographNow } from './support/photograph.ts';

/** Acting on an incident, its notes and its links, as several people use them in real browsers. */
describe('the page of an incident', () => {
  let world: IncidentSite;
  let browser: Browser;
  let control: TestActuator;
  let incident: string;
  const complaints: string[][] = [];
  const phone = { width: 390, height: 844 };

  const open = async (username: string, path: string, viewport = { width: 1440, height: 900 }) => {
    const plant = { url: world.api.url, demoPassword: PASSWORD };
    const opened = await openAs(browser, plant, username, path, viewport);
    complaints.push(opened.complaints);
    return opened.page;
  };
  const width = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);

  beforeAll(async () => {
    world = await openIncidentSite({
      ownServer: true,
      dashboardDir: resolve(import.meta.dirname, '../dashboard/build'),
    });
    control = await startActuator(world.site, 'robot-control', ({ action, parameters }) => [
      { result: 'accepted' },
      {
        result: 'done',
        readBack: action === 'derate' ? { limit: parameters.percent ?? 0 } : { stop: true },
      },
    ]);
    const event = await world.see(world.west, Date.now() - 5_000, 'one', { severity: 'high' });
    incident = (await world.incidentOf(event.data.violation)).id;
    const grey = { width: 1280, height: 720, channels: 3 as const, background: '#5a6470' };
    const bytes = await sharp({ create: grey }).jpeg().toBuffer();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const picture = { bytes, sha256, mediaType: 'image/jpeg' as const };
    await world.west.put(picture);
    if (event.data.snapshot) {
      await world.west.deliver(blurredEvent(event, event.data.snapshot, picture));
    }
    // The areas of the demonstration are of another site than its test.
    const owner = new pg.Client({ connectionString: world.superUrl });
    await owner.connect();
    await owner.query("UPDATE area SET site = 'plant-1' WHERE id IN ('robot-cell', 'press-line')");
    await owner.query("UPDATE incident SET areas = '{robot-cell}' WHERE id = $1", [incident]);
    await owner.end();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await control?.stop();
    await world?.stop();
  });

  it('asks a machine to stop in two steps, once where it is pressed twice and the answer is lost', async () => {
    const page = await open('operator', `/incidents/${incident}`);
    const section = page.getByTestId('incident-actions');
    await section.getByTestId('stops-apart').getByText('Emergency stops are wired apart').waitFor();
    await section.getByTestId('no-actions').waitFor();
    // From the evidence, one press leads to it.
    await page.getByTestId('to-actions').click();
    await expect
      .poll(() => section.evaluate((one) => one.getBoundingClientRect().top))
      .toBeLessThan(300);
    await photograph(page, 'incident-act', 'incident-actions');
    await section.getByTestId('act-controlled-stop').click();
    await page.getByTestId('act-reason').fill('a hand is near the gripper');
    await page.getByTestId('act-next').click();
    await page.getByTestId('act-check').getByText('Control of the robot cell').waitFor();
    expect(control.heard).toEqual([]);
    await photographNow(page, 'incident-act-check');
    await page.setViewportSize({ width: 1440, height: 900 });
    // The API takes the request; its answer does not come back.
    const path = `**/api/v1/incidents/${incident}/actions`;
    let lost = 0;
    await page.route(path, async (route) => {
      if (route.request().method() !== 'POST' || lost++ > 0) return route.fallback();
      await route.fetch();
      await route.abort();
    });
    await page.getByTestId('act-give').click();
    await page.getByTestId('form-error').waitFor();
    await page.getByTestId('act-give').click();
    await page.getByTestId('act-form').waitFor({ state: 'detached' });
    await section.getByText(/acknowledged: the device did it/).waitFor();
    await page.unroute(path);
    // The timeline has it without a reload, as given because of this incident.
    await page
      .locator('[data-testid=chain-events] [data-kind=incident-command]')
      .getByText('Command controlled stop (Control of the robot cell): done')
      .waitFor();
    // Another person presses as well: the page says that it was asked for before.
    const other = await open('safety', `/incidents/${incident}`, phone);
    await other.getByTestId('act-controlled-stop').click();
    await other.getByTestId('act-reason').fill('stop it');
    await other.getByTestId('act-next').click();
    await other.getByTestId('act-give').click();
    await other.getByText('The same request runs already').waitFor();
    expect(control.carriedOut).toHaveLength(1);
    expect(await section.getByTestId('action').count()).toBe(1);
    expect(await width(other)).toBeLessThanOrEqual(390);
    await photograph(other, 'incident-act-phone', 'incident-actions');
    await other.context().close();
  });

  it('says in words that the control refused', async () => {
    control.answerWith(() => [{ result: 'refused', fault: 'busy' }]);
    const page = await open('operator', `/incidents/${incident}`);
    await page.getByTestId('act-derate').click();
    await page.getByTestId('act-reason').fill('people are near');
    await page.getByTestId('act-next').click();
    await page.getByTestId('act-give').click();
    await page.getByTestId('action').getByText('refused: the device is busy').waitFor();
    await page.context().close();
  });

  it('shows a note of one person to another who has it open, and its correction', async () => {
    const [mine, other] = await Promise.all([
      open('operator', `/incidents/${incident}`),
      open('safety', `/incidents/${incident}`, phone),
    ]);
    await other.getByTestId('no-notes').waitFor();
    await mine.getByTestId('incident-note-text').fill('The shift leader is on the way');
    await mine.getByTestId('incident-note-add').click();
    const note = other.getByTestId('incident-note');
    await note.getByText('The shift leader is on the way').waitFor();
    await note.getByText('Li Zhiban').waitFor();
    expect(await note.getByTestId('correct-note').count()).toBe(0);
    await other.getByTestId('incident-note-text').fill('I am there in two minutes');
    await other.getByTestId('incident-note-add').click();
    const notesOf = (page: typeof mine) => page.getByTestId('incident-notes');
    await notesOf(mine).getByText('I am there in two minutes').waitFor();
    // The timeline has it, too.
    await mine
      .locator('[data-testid=chain-events] [data-kind=note]')
      .getByText('I am there in two minutes')
      .waitFor();
    await mine.getByTestId('correct-note').click();
    await mine.getByTestId('note-next').fill('The shift leader is there');
    await mine.getByTestId('note-save').click();
    await notesOf(other).getByText('The shift leader is there').waitFor();
    await notesOf(other)
      .getByText(/corrected/)
      .waitFor();
    expect(await width(other)).toBeLessThanOrEqual(390);
    await photograph(mine, 'incident-notes', 'incident-notes');
    await photographNow(other, 'incident-notes-phone');
    for (const page of [mine, other]) await page.context().close();
  });

  it('gives a link to an account that opens it with its name over the picture; another one is refused', async () => {
    const page = await open('safety', `/incidents/${incident}`);
    await page.getByTestId('no-shares').waitFor();
    await page.getByTestId('give-share').click();
    await page.getByTestId('share-find').fill('manag');
    await expect.poll(() => page.getByTestId('share-to').count()).toBe(1);
    await page.locator('[data-testid=share-to][data-username=manager]').check();
    await page.getByTestId('share-reason').fill('Look at the interlock of the cell');
    await photographNow(page, 'incident-share-form');
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByTestId('share-save').click();
    const share = page.getByTestId('share');
    await share.waitFor();
    const code = await share.getAttribute('data-code');
    await photograph(page, 'incident-shares', 'incident-shares');

    const recipient = await open('manager', '/notices', phone);
    await recipient.getByText('Wang Anquan gave you a link').first().click();
    await recipient.getByTestId('shared-incident').waitFor();
    const picture = recipient.getByTestId('shared-picture');
    await picture.waitFor();
    await expect
      .poll(() => picture.evaluate((one: HTMLImageElement) => one.naturalWidth))
      .toBe(1280);
    expect(await width(recipient)).toBeLessThanOrEqual(390);
    await photograph(recipient, 'shared-incident');

    // Passed on: the same address in another account.
    const passedOn = await open('operator', `/shared/${code}`);
    await passedOn.getByText('This link is not for your account').waitFor();
    expect(await passedOn.getByTestId('shared-incident').count()).toBe(0);
    await photograph(passedOn, 'shared-refused');

    await page.reload();
    await page
      .getByTestId('share-views')
      .getByText(/[1-9]\d* views?/)
      .waitFor();
    await page.getByTestId('share-views').getByText('Chen Zong').waitFor();
    await page.getByTestId('share-end').click();
    await page.getByTestId('confirm-yes').click();
    await page.locator('[data-testid=share][data-open=false]').waitFor();
    await recipient.reload();
    await recipient.getByText('The link has ended').waitFor();
    const refused = /ERR_FAILED|404|410/;
    expect(complaints.flat().filter((text) => !refused.test(text))).toEqual([]);
  });
});
