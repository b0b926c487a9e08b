import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openAs, openPage, signIn } from './support/browser.ts';
import { photographNow } from './support/photograph.ts';
import { makeAccount, openSharedWorld, type SharedWorld } from './support/shared-world.ts';

/** Distance between a control and the sentence about it, in px: they are seen together. */
const NEAR = 120;

/** A wrong step gets one sentence with what to do, where it happened. */
describe('a wrong step', () => {
  let world: SharedWorld;
  let browser: Browser;
  let admin: ApiClient;

  beforeAll(async () => {
    world = await openSharedWorld();
    browser = await launchBrowser();
    admin = await ApiClient.signIn(world.plant.url, 'admin', world.plant.demoPassword);
  });
  afterAll(() => browser?.close());

  /** Reads the sentence, which has to be near the control and in sight. */
  async function sentence(page: Page, note: Locator, control: Locator): Promise<string> {
    await note.waitFor();
    const [said, at] = await Promise.all([note.boundingBox(), control.boundingBox()]);
    if (!said || !at) throw new Error('the sentence or its control is not in sight');
    const apart = (a: number, aSize: number, b: number, bSize: number) =>
      Math.max(0, b - (a + aSize), a - (b + bSize));
    const away = Math.hypot(
      apart(said.x, said.width, at.x, at.width),
      apart(said.y, said.height, at.y, at.height),
    );
    expect(away, `the sentence is ${away} px from its control`).toBeLessThan(NEAR);
    const { width, height } = page.viewportSize()!;
    expect([said.x >= 0, said.x + said.width <= width, said.y + said.height <= height]).toEqual([
      true,
      true,
      true,
    ]);
    return (await note.innerText()).trim();
  }

  it('[UX-09] a file of a wrong kind is refused at the picker, with the kinds that are taken', async () => {
    const viewport = { width: 390, height: 844 };
    const { page } = await openAs(
      browser,
      world.plant,
      'worker.press',
      '/hazards/report',
      viewport,
    );
    await page.getByTestId('pick-files').setInputFiles({
      name: 'plan.exe',
      mimeType: 'application/x-msdownload',
      buffer: Buffer.from('MZ'),
    });
    const said = await sentence(page, page.getByTestId('wrong-kind'), page.getByTestId('media'));
    expect(said).toBe(
      'plan.exe was not added. Choose a photo (JPEG, PNG, WebP) or a video (MP4, MOV, WebM).',
    );
    expect(await page.getByTestId('media').getAttribute('data-count')).toBe('0');
    await photographNow(page, 'wrong-kind');
    await page.context().close();
  });

  it('[UX-09] a change on an old version says who was quicker, and offers both ways on', async () => {
    const head = await ApiClient.signIn(world.plant.url, 'safety.head', world.plant.demoPassword);
    const { items } = await head.get<{ items: { id: string }[] }>('/api/v1/departments');
    const made = await head.send<{ id: string; version: number }>('POST', '/api/v1/persons', {
      employeeNo: `W${Date.now().toString(36).toUpperCase()}`,
      name: 'Karl Stein',
      departmentId: items[0]!.id,
    });
    const { page } = await openAs(browser, world.plant, 'safety.head', `/admin/people/${made.id}`);
    await page.getByTestId('edit-person').click();
    await page.getByTestId('person-name').fill('Karl Steiner');
    await head.send('PATCH', `/api/v1/persons/${made.id}`, {
      version: made.version,
      name: 'Karla Stein',
    });
    await page.getByTestId('save-person').click();
    const said = await sentence(
      page,
      page.getByTestId('conflict'),
      page.getByTestId('person-form'),
    );
    expect(said).toContain('Karla Stein');
    await page.getByTestId('conflict-keep').click();
    await page.getByTestId('person-form').waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('[UX-09] a key that cannot act says why, where the decision is made', async () => {
    const { page } = await openAs(browser, world.plant, 'manager', '/incidents');
    const list = page.locator('[data-testid=incident-list], [data-testid=empty]');
    await list.first().waitFor();
    await page.keyboard.press('c');
    const note = page.getByTestId('place-note');
    await note.waitFor();
    expect(await note.innerText()).toBe(
      'Your account can look, but not decide. Ask an administrator for the right to review.',
    );
    await photographNow(page, 'wrong-key');
    await page.context().close();
    const { page: desk } = await openAs(
      browser,
      world.plant,
      'safety',
      '/incidents?status=confirmed',
    );
    await desk.locator('[data-testid=incident-list], [data-testid=empty]').first().waitFor();
    await desk.keyboard.press('c');
    const none = desk.getByTestId('place-note');
    await none.waitFor();
    expect(await none.innerText()).toContain('Choose an entry of the list first.');
    // It goes with the next press.
    await desk.keyboard.press('Shift');
    await none.waitFor({ state: 'detached' });
    await desk.context().close();
  });

  it('[UX-09] a right that is gone and a module that is off say so at the button', async () => {
    const account = await makeAccount(world, { roles: ['purchasing', 'worker'] });
    const { page } = await openPage(browser);
    await signIn(page, world.plant.url, account.username, account.password);
    await page.getByTestId('language').click();
    await page.goto(`${world.plant.url}/suppliers`);
    const button = page.getByTestId('export-suppliers');
    await button.waitFor();
    const { version } = await admin.get<{ version: number }>(`/api/v1/users/${account.id}`);
    await admin.send('PATCH', `/api/v1/users/${account.id}`, { version, roles: ['worker'] });
    await button.click();
    const note = page.getByTestId('place-note');
    expect(await sentence(page, note, button)).toBe(
      'Your account may not do this. Ask an administrator.',
    );
    await photographNow(page, 'wrong-right');
    await page.context().close();

    const { page: buyer } = await openAs(browser, world.plant, 'buyer', '/suppliers');
    await buyer.getByTestId('export-suppliers').waitFor();
    await admin.send('PUT', '/api/v1/features/suppliers', {
      on: false,
      reason: 'bought by others',
    });
    try {
      await buyer.getByTestId('export-suppliers').click();
      const off = buyer.getByTestId('module-off');
      await off.waitFor();
      expect(await off.innerText()).toContain('Ask an administrator to switch it on.');
      // What was said at the button goes with the button.
      await buyer.getByTestId('place-note').waitFor({ state: 'detached' });
    } finally {
      await admin.send('PUT', '/api/v1/features/suppliers', { on: true });
    }
    await buyer.context().close();
  });
});
