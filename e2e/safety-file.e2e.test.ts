import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Incident } from '../api/src/modules/incidents/schema.ts';
import type { Entry } from '../api/src/modules/safety-file/schema.ts';
import { type Database, openDatabase } from '../api/src/platform/db/database.ts';
import { confirmedAs, handleOn } from '../api/src/testing/named-people.ts';
import {
  openSite,
  PASSWORD,
  type RunningApi,
  type Site,
  startApi,
} from '../api/src/testing/site.ts';
import { yesterdayAt } from '../api/src/testing/times.ts';
import { makeUser } from '../api/src/testing/users.ts';
import {
  blurredEvent,
  confirmedEvent,
  startWorker,
  type TestFile,
  type TestWorker,
} from '../api/src/testing/worker.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';

/** A violation from the camera to the file of the person, the objection and the decision, in a real browser. */
describe('the safety file', () => {
  let site: Site;
  let api: RunningApi;
  let database: Database;
  let worker: TestWorker;
  let browser: Browser;
  let person: string;

  beforeAll(async () => {
    site = await openSite();
    const { appUrl } = await site.seededDatabase();
    api = await startApi(site, appUrl, {
      dashboardDir: resolve(import.meta.dirname, '../dashboard/build'),
    });
    database = openDatabase(appUrl);
    worker = await startWorker(site, api);
    await makeUser(database, 'wearer', ['violation:read@own'], { employeeNo: 'E011' });
    person = await recordOne();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await worker?.stop();
    await database?.close();
    await api?.stop();
    await site?.stop();
  });

  /** A picture that a browser shows. */
  async function picture(colour: string): Promise<TestFile> {
    const create = { width: 640, height: 360, channels: 3, background: colour } as const;
    const bytes = await sharp({ create }).jpeg().toBuffer();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { bytes, sha256, mediaType: 'image/jpeg' };
  }

  /** A violation of a wearer whom the badge names, with its picture and the rendition of that. */
  async function recordOne(hour = '09'): Promise<string> {
    const wearer = await handleOn(database, 'E011', Date.parse(yesterdayAt(`${hour}:00:00`)));
    const [original, blurred] = [await picture('#335577'), await picture('#775533')];
    for (const file of [original, blurred]) expect((await worker.put(file)).ok).toBe(true);
    const event = confirmedEvent('worker-1', original, {
      identity: confirmedAs(wearer.handle),
      // Another actor each, so that each finding is an act of its own.
      actor: `p-${hour}`,
      tracks: [`p-${hour}`],
      path: [{ at: yesterdayAt(`${hour}:00:02`), floor: [12.5, 7.25], deviation: 0.12 }],
      startedAt: yesterdayAt(`${hour}:00:00`),
      confirmedAt: yesterdayAt(`${hour}:00:02`),
    });
    await worker.deliver(event);
    await worker.deliver(blurredEvent(event, original, blurred));
    return wearer.person;
  }

  const as = async (username: string, options = {}): Promise<Page> => {
    const { page } = await openPage(browser, options);
    await signIn(page, api.url, username, PASSWORD);
    await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
    return page;
  };
  /** Whether a picture is drawn, and not only asked for. */
  const drawn = async (page: Page): Promise<void> => {
    const img = page.locator('[data-testid=entry-picture] img');
    await img.waitFor();
    await page.waitForFunction(
      () =>
        (document.querySelector('[data-testid=entry-picture] img') as HTMLImageElement)
          .naturalWidth === 640,
    );
  };

  it('[VIS-07] [VIS-08] a reviewer confirms, the file shows the entry with its picture, the person objects, another decides', async () => {
    const { body } = await api.send<{ items: Incident[] }>(
      'operator',
      'GET',
      '/incidents?status=pending',
    );
    const act = body.items[0]!;
    const verdict = { decision: 'confirm', version: act.version };
    expect(
      (await api.send('operator', 'POST', `/incidents/${act.id}/verdict`, verdict)).status,
    ).toBe(200);

    // The file of the person, as the management reads it.
    const manager = await as('safety');
    await manager.goto(`${api.url}/admin/people/${person}`);
    const entry = manager.locator('[data-testid=person-violations] [data-testid=entry]');
    await entry.locator('summary').click();
    await drawn(manager);
    const facts = (await entry.locator('[data-testid=entry-detail]').textContent()) ?? '';
    for (const said of ['卫装配', 'No hard hat', 'Hall west', 'Badge and picture agree', '99.8']) {
      expect(facts).toContain(said);
    }
    const [file] = await Promise.all([
      manager.waitForEvent('download'),
      manager.getByTestId('file-report').click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/\.pdf$/);
    await manager.context().close();

    // The person opens it from the notice, on a phone, and objects.
    const phone = await as('wearer', { viewport: { width: 390, height: 844 } });
    const { body: notices } = await api.send<{ items: { kind: string; link: string }[] }>(
      'wearer',
      'GET',
      '/notices',
    );
    const told = notices.items.find(({ kind }) => kind === 'safety-entry.written');
    await phone.goto(`${api.url}${told?.link}`);
    await drawn(phone);
    const width = await phone.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
    await phone.getByTestId('object').click();
    await phone.getByTestId('objection-text').fill('I had lent my badge');
    await phone.getByTestId('send-objection').click();
    await phone.locator('[data-testid=entry-objection][data-state=filed]').waitFor();

    // Another person decides; the first reviewer has no such step.
    const decider = await as('safety');
    await decider.goto(`${api.url}/objections`);
    await decider.locator('[data-testid=objection-row]').first().click();
    await decider.getByText('I had lent my badge').waitFor();
    await decider.getByTestId('action-withdraw').click();
    await decider.locator('[data-testid=field-reason] textarea').first().fill('The clip shows it');
    await decider.getByTestId('action-submit').click();
    await decider.locator('[data-testid=entry-detail][data-state=withdrawn]').waitFor();
    await decider.context().close();

    await phone.reload();
    await phone.locator('[data-testid=entry-detail][data-state=withdrawn]').waitFor();
    await phone.goto(`${api.url}/me/violations`);
    await phone.locator('[data-testid=my-violation][data-state=withdrawn]').waitFor();
    await phone.context().close();
  });

  it('[VIS-08] who has no account is told at the desk and heard on paper, on the page of the file', async () => {
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.appUser.updateMany({ where: { personId: person }, data: { personId: null } }),
    );
    await recordOne('10');
    const { body } = await api.send<{ items: Incident[] }>(
      'operator',
      'GET',
      '/incidents?status=pending',
    );
    const { id, version } = body.items[0]!;
    const verdict = { decision: 'confirm', version };
    const confirmed = await api.send('operator', 'POST', `/incidents/${id}/verdict`, verdict);
    expect(confirmed.status, JSON.stringify(confirmed.body)).toBe(200);
    const page = await as('safety');
    await page.goto(`${api.url}/people/${person}/file?tab=violations`);
    const entry = page.locator('[data-testid=entry][data-state=in-force]');
    await entry.locator('summary').click();
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    await page.getByTestId('tell-person').click();
    await page.getByTestId('by-others-day').fill(today);
    await page.getByTestId('save-by-others').click();
    await page.getByTestId('hear-person').click();
    await page.getByTestId('by-others-day').fill(today);
    await page.getByTestId('by-others-text').fill('It was my brother');
    await page.getByTestId('save-by-others').click();
    await entry.getByText('It was my brother').waitFor();
    await entry.getByTestId('retrain').click();
    await page.getByTestId('training-course').selectOption('lock-out');
    await page.getByTestId('retraining-until').fill(today);
    await page.getByTestId('save-retraining').click();
    await entry.getByText(/Retraining due: |须再培训: /).waitFor();
    const { items } = (
      await api.send<{ items: Entry[] }>('safety', 'GET', `/persons/${person}/safety-file`)
    ).body;
    expect(items[0]).toMatchObject({
      telling: { on: today, how: 'desk' },
      objection: { state: 'filed', how: 'paper', saidOn: today, text: 'It was my brother' },
    });
    await page.context().close();
  });
});
