import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { countTaps, height, listen, localTime, noSideways, taps } from './support/phone-page.ts';
import { photo } from './support/picture.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';
import { swipe } from './support/swipe.ts';
import { until } from './support/until.ts';

interface HazardRow {
  id: string;
  no: string;
  state: string;
  late: boolean;
  foundAt: string;
  reportedAt: string;
  files: { kind: string; role: string }[];
  reporter: { displayName: { en: string } } | null;
  redacted: boolean;
}

/** A hazard from an offline report on a worker's phone to its closing, on the real pages. */
describe('a hazard, from the report on the phone to the closing', () => {
  let world: SharedWorld;
  let browser: Browser;
  let phone: Page;
  let desk: Page;
  let complaints: string[];
  let deskComplaints: string[];
  let hazardId: string;
  const files = (name: string, buffer: Buffer) => ({ name, mimeType: 'image/jpeg', buffer });
  const hazardOf = (id: string) => world.api.get<HazardRow>(`/api/v1/hazards/${id}`);
  const stateIs = (page: Page, state: string): Promise<void> =>
    page.locator(`[data-testid=action-bar][data-state="${state}"]`).waitFor();

  beforeAll(async () => {
    world = await openSharedWorld();
    browser = await launchBrowser();
    ({ page: phone, complaints } = await openPage(browser, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      locale: 'zh-CN',
      offlineApp: true,
    }));
    ({ page: desk, complaints: deskComplaints } = await openPage(browser));
    const { url, demoPassword } = world.plant;
    await signIn(phone, url, 'worker.press', demoPassword, 'worker-home');
    await signIn(desk, url, 'safety', demoPassword);
  });

  afterAll(async () => {
    await browser?.close();
  });

  it('[HAZ-02] [UX-08] is reported in two taps from the worker’s home page, with a photo, with large touch targets', async () => {
    await countTaps(phone);
    await phone.getByTestId('home-report').tap();
    await phone.getByTestId('report-form').waitFor();
    expect(await taps(phone)).toBe(1);
    for (const target of ['take-photo', 'take-video', 'pick-files', 'submit-report']) {
      expect(await height(phone.getByTestId(target)), target).toBeGreaterThanOrEqual(48);
    }
    await phone.getByTestId('take-photo').setInputFiles(files('first.jpg', await photo(11)));
    await phone.getByTestId('submit-report').tap();
    expect(await taps(phone)).toBe(2);
    await phone.locator('[data-testid=outbox-entry][data-state=sent]').waitFor();
    const id = await phone.getByTestId('outbox-entry').getAttribute('data-id');
    expect(await hazardOf(id as string)).toMatchObject({
      state: 'reported',
      late: false,
      files: [{ kind: 'photo', role: 'report' }],
    });
    await noSideways(phone);
  });

  it('[HAZ-12] [DQ-03] is reported offline, kept over a restart, and sent later with both timestamps', async () => {
    await phone.evaluate(() => navigator.serviceWorker.ready);
    await until('the app to be kept on the phone', () =>
      phone.evaluate(() => navigator.serviceWorker.controller !== null),
    );
    await phone.context().setOffline(true);
    // The app is reopened offline.
    await phone.goto(world.plant.url);
    await phone.getByTestId('home-report').tap();
    await phone.getByTestId('offline-hint').waitFor();
    await phone.getByTestId('description').fill('冲床 1 号旁的防护栏松了，手可以伸进去');
    await phone.getByTestId('type-machine-guard').tap();
    await phone
      .getByTestId('pick-files')
      .setInputFiles([
        files('guard.jpg', await photo(22)),
        files('guard-near.jpg', await photo(33)),
      ]);
    await phone.getByTestId('place-button').tap();
    // 4 m east and 12 m north on a plan of 28 by 16 m: in the press line.
    const plan = await phone.getByTestId('plan-tap').boundingBox();
    await phone.getByTestId('plan-tap').tap({
      position: { x: ((plan?.width ?? 0) * 4) / 28, y: ((plan?.width ?? 0) * 4) / 28 },
    });
    await phone.locator('[data-testid=place][data-area=press-line]').waitFor();
    await phone.getByTestId('place-done').tap();
    // The phone kills the page while its camera is open: the draft is restored.
    await until('the draft to be kept', () =>
      phone.evaluate(
        () =>
          new Promise<boolean>((resolve) => {
            const opening = indexedDB.open('anshi-outbox');
            opening.onsuccess = () => {
              const reading = opening.result.transaction('reports').objectStore('reports').getAll();
              reading.onsuccess = () =>
                resolve(
                  reading.result.some((one) => one.state === 'draft' && one.files.length === 2),
                );
            };
          }),
      ),
    );
    await phone.reload();
    await phone.getByTestId('restored').waitFor();
    expect(await phone.getByTestId('picked').count()).toBe(2);
    const found = new Date(Date.now() - 3 * 3_600_000);
    await phone.getByTestId('found-at').fill(localTime(found));
    await phone.getByTestId('submit-report').tap();
    const waiting = () => phone.locator('[data-testid=outbox-entry][data-state=waiting]');
    await waiting().waitFor();
    hazardId = (await waiting().getAttribute('data-id')) as string;

    // The app is closed and reopened, still offline.
    const context = phone.context();
    await phone.close();
    phone = await context.newPage();
    listen(phone, complaints);
    await phone.goto(`${world.plant.url}/outbox`);
    await waiting().waitFor();

    // Signing out warns about unsent reports, and no other user sends them.
    await phone.getByTestId('bar-me').tap();
    await phone.getByTestId('me-sign-out').tap();
    await phone.getByTestId('sign-out-warning').waitFor();
    await phone.getByTestId('sign-out-anyway').tap();
    await phone.getByTestId('sign-in-form').waitFor();
    await context.setOffline(false);
    const { url, demoPassword } = world.plant;
    await signIn(phone, url, 'keeper', demoPassword, 'worker-home');
    await phone.goto(`${url}/outbox`);
    await phone.locator('[data-testid=outbox][data-unsent="0"]').waitFor();
    expect((await world.api.fetch(`/api/v1/hazards/${hazardId}`)).status).toBe(404);
    await phone.getByTestId('bar-me').tap();
    await phone.getByTestId('me-sign-out').tap();
    await phone.getByTestId('sign-in-form').waitFor();

    // Back online, it is sent automatically.
    await signIn(phone, url, 'worker.press', demoPassword, 'worker-home');
    await phone.goto(`${url}/outbox`);
    await phone
      .locator(`[data-testid=outbox-entry][data-id="${hazardId}"][data-state=sent]`)
      .waitFor();
    const hazard = await hazardOf(hazardId);
    expect(hazard).toMatchObject({ late: true, state: 'reported' });
    expect(Math.abs(Date.parse(hazard.foundAt) - found.getTime())).toBeLessThan(60_000);
    // Now, not three hours ago.
    expect(Date.now() - Date.parse(hazard.reportedAt)).toBeLessThan(600_000);
    expect(hazard.files.filter((file) => file.role === 'report')).toHaveLength(2);
  });

  it('is reviewed at a desk with the keyboard, with the photos and both timestamps shown', async () => {
    await desk.goto(`${world.plant.url}/hazards`);
    // The first one is open beside the list; what is closed stays closed.
    await desk.getByTestId('hazard-detail').waitFor();
    await desk.keyboard.press('Escape');
    await desk.getByTestId('hazard-detail').waitFor({ state: 'detached' });
    await desk.locator(`[data-testid=hazard-row][data-id="${hazardId}"]`).click();
    await stateIs(desk, 'reported');
    await desk.locator('[data-testid=late]:visible').first().waitFor();
    await desk.locator('[data-testid=thumb][data-ready=true]').first().waitFor();
    await desk.getByTestId('evidence-file').first().click();
    await desk.getByTestId('lightbox-image').waitFor();
    await desk.keyboard.press('Escape');
    await desk.getByTestId('lightbox').waitFor({ state: 'detached' });
    await desk.keyboard.press('a');
    await desk.getByTestId('action-form').waitFor();
    await desk.getByTestId('field-department').locator('select').selectOption('press-shop');
    await desk.getByTestId('action-submit').click();
    await stateIs(desk, 'assigned');
  });

  it('is rectified by the department, which cannot submit it without a photo', async () => {
    const head = await openPage(browser, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    const { page } = head;
    await signIn(page, world.plant.url, 'head.press', world.plant.demoPassword, 'worker-home');
    await page.getByTestId('home-tasks').tap();
    await page.locator(`[data-testid=task-row][data-id="${hazardId}"]`).tap();
    await page.getByTestId('action-start').tap();
    await page.getByTestId('action-submit').last().tap();
    await stateIs(page, 'rectifying');
    // The step is also called "submit": it is the only button of the bar now.
    await page.getByTestId('action-bar').getByTestId('action-submit').tap();
    const form = page.locator('[data-testid=action-form][data-transition=submit]');
    await form.waitFor();
    await form
      .getByTestId('field-measures')
      .locator('textarea')
      .fill('Rail bolted on again, checked');
    await form.getByTestId('action-submit').tap();
    await form.getByTestId('evidence-missing').waitFor();
    await form.getByTestId('take-photo').setInputFiles(files('after.jpg', await photo(44)));
    await form.getByTestId('action-submit').tap();
    await stateIs(page, 'acceptance');
    await noSideways(page);
    expect(head.complaints).toEqual([]);
  });

  it('is accepted and closed by the safety department, whose page updates without a reload', async () => {
    await stateIs(desk, 'acceptance');
    await until(
      'the photo of the rectification',
      async () => (await desk.getByTestId('evidence').getAttribute('data-count')) === '3',
    );
    await desk.keyboard.press('a');
    await desk.getByTestId('action-form').getByTestId('action-submit').click();
    await stateIs(desk, 'closed');
    expect((await hazardOf(hazardId)).state).toBe('closed');
    await until(
      'all steps to be shown',
      async () => (await desk.getByTestId('timeline').getAttribute('data-count')) === '5',
    );
  });

  it('[UX-06] is shown to the reporter as a notice, which a swipe marks as read, and as a closed report', async () => {
    await phone.goto(`${world.plant.url}/notices`);
    await phone.getByTestId('notice').first().waitFor();
    const unread = phone.locator('[data-testid=notice][data-read=false]');
    const before = await unread.count();
    expect(before).toBeGreaterThan(0);
    await swipe(phone, unread.first(), 60);
    expect(await unread.count()).toBe(before);
    await swipe(phone, unread.first(), 200);
    await expect.poll(() => unread.count()).toBe(before - 1);
    // On record, and not opened.
    expect(new URL(phone.url()).pathname).toBe('/notices');
    await phone.reload();
    await phone.getByTestId('notice').first().waitFor();
    expect(await unread.count()).toBe(before - 1);
    await phone.goto(`${world.plant.url}/hazards?view=reported`);
    await phone.locator(`[data-testid=hazard-row][data-id="${hazardId}"][data-state=closed]`).tap();
    await phone.getByTestId('no-actions').waitFor();
    await noSideways(phone);
    // Swipes go through its pictures.
    await phone.getByTestId('evidence-file').first().tap();
    const lightbox = phone.getByTestId('lightbox');
    await lightbox.getByText('1/3').waitFor();
    await phone.getByTestId('lightbox-image').waitFor();
    await swipe(phone, lightbox, -200);
    await lightbox.getByText('2/3').waitFor();
    await swipe(phone, lightbox, 200);
    await lightbox.getByText('1/3').waitFor();
    // Too short.
    await swipe(phone, lightbox, -40);
    await lightbox.getByText('1/3').waitFor();
  });

  it('shows management the hazard without who reported it and without the evidence', async () => {
    const { page } = await openPage(browser);
    await signIn(page, world.plant.url, 'manager', world.plant.demoPassword);
    await page.goto(`${world.plant.url}/hazards/${hazardId}`);
    await page.getByTestId('redacted').waitFor();
    expect(await page.getByTestId('evidence-file').count()).toBe(0);
    expect(await page.getByTestId('hazard-detail').textContent()).not.toContain('Sun Xiaomei');
  });

  it('[HAZ-08] [RPT-01] is shown on the heat map of the floor plan', async () => {
    await desk.goto(`${world.plant.url}/hazards/analysis`);
    // The points on the plan, and the areas that they are assigned to.
    await desk.locator('[data-testid=heat]:not([data-points="0"])').waitFor();
    const row = desk.locator('[data-testid=heat-row][data-area=press-line]');
    const count = async () => Number(await row.getAttribute('data-count'));
    await until('the hazards of the press line', async () => (await count()) > 0);
    // The demonstration may still be adding some: then the page is asked again.
    await until('as many as the API counts', async () => {
      const shown = await count();
      const { areas } = await world.api.get<{ areas: { id: string; count: number }[] }>(
        '/api/v1/hazards/heatmap?site=changzhou-1&floorPlan=main-hall',
      );
      if (shown === areas.find(({ id }) => id === 'press-line')?.count) return true;
      await desk.reload();
      await desk.locator('[data-testid=heat]:not([data-points="0"])').waitFor();
      return false;
    });
    // The canvas is not empty.
    const drawn = await desk.getByTestId('heat').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value, i) => i % 4 === 3 && value > 0);
    });
    expect(drawn).toBe(true);
  });

  it('[HAZ-09] [RPT-02] counts in the table of rectification rates, which exports to Excel', async () => {
    const row = desk.locator('[data-testid=rectification-row][data-key=press-shop]');
    await row.waitFor();
    const { items } = await world.api.get<{ items: { key: string; rate: number }[] }>(
      '/api/v1/hazards/rectification?by=department',
    );
    const { rate } = items.find(({ key }) => key === 'press-shop') as { rate: number };
    expect(rate).toBeGreaterThan(0);
    // The table follows what was closed a moment ago.
    await row
      .getByText(`${Math.round(rate * 100)}%`)
      .first()
      .waitFor();
    const download = desk.waitForEvent('download');
    await desk.getByTestId('rate-panel-export').click();
    expect((await download).suggestedFilename()).toMatch(/\.xlsx$/);
    await desk.getByTestId('by-type').click();
    await desk.locator('[data-testid=rectification-row][data-key=machine-guard]').waitFor();
  });

  it('[HAZ-10] ranks areas and departments by hazards', async () => {
    const { places } = await world.api.get<{ places: object[] }>('/api/v1/hazards/weak-links');
    expect(places.length).toBeGreaterThan(0);
    const shown = desk.locator(`[data-testid=weak-places][data-count="${places.length}"]`);
    await shown.getByTestId('weak-link').first().waitFor();
  });

  it('leaves no errors in the browser console', () => {
    // The failed requests of the offline phone are expected.
    const expected = /Failed to load resource|ERR_INTERNET_DISCONNECTED|WebSocket connection/;
    expect(complaints.filter((complaint) => !expected.test(complaint))).toEqual([]);
    expect(deskComplaints.filter((complaint) => !expected.test(complaint))).toEqual([]);
  });
});
