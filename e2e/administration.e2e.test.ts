import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import {
  makeAccount,
  type OwnAccount,
  openSharedWorld,
  type SharedWorld,
} from './support/shared-world.ts';
import { until } from './support/until.ts';

/**
 * An administrator and a head of safety on the administration pages, and the resulting audit log.
 */
describe('the administration', () => {
  let world: SharedWorld;
  let browser: Browser;
  let admin: Page;
  let head: Page;
  /** An officer who becomes head of safety. */
  let officer: OwnAccount;
  /** The API, signed in as the officer. */
  let api: ApiClient;
  const complaints: string[][] = [];
  /**
   * @param first at the first sign-in: the initial password, and the password that the user
   * chooses.
   */
  const open = async (
    username: string,
    first: { given: string; chosen: string } | null = null,
  ): Promise<Page> => {
    const { page, complaints: own } = await openPage(browser);
    if (first) await signInFirst(page, username, first);
    else await signIn(page, world.plant.url, username, world.plant.demoPassword);
    // Role-dependent parts of the first page are tested elsewhere.
    own.length = 0;
    complaints.push(own);
    await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
    return page;
  };
  const signInFirst = async (
    page: Page,
    username: string,
    { given, chosen }: { given: string; chosen: string },
  ) => {
    await page.goto(world.plant.url);
    await page.getByTestId('username').fill(username);
    await page.getByTestId('password').fill(given);
    await page.getByTestId('sign-in').click();
    await page.getByTestId('chosen').fill(chosen);
    await page.getByTestId('repeated').fill(chosen);
    await page.getByTestId('sign-in').click();
    await page.getByTestId('wall').waitFor();
  };
  interface Workflow {
    version: number;
    definition: { states: { id: string; deadline: { amount: number } | null }[] };
  }
  const workflow = () => api.get<Workflow>('/api/v1/workflows/hazard');
  /** The original state, to restore. */
  let found: Workflow | undefined;
  const hazards = () => api.get<{ items: { id: string }[] }>('/api/v1/hazards?limit=200');

  beforeAll(async () => {
    world = await openSharedWorld();
    officer = await makeAccount(world, { roles: ['operator'] });
    api = await ApiClient.signIn(world.plant.url, officer.username, officer.password);
    browser = await launchBrowser();
    admin = await open('admin');
  });

  afterAll(async () => {
    await browser?.close();
    if (!found) return;
    const { version } = await workflow();
    await api.send('PUT', '/api/v1/workflows/hazard', {
      definition: found.definition,
      basedOn: version,
      note: 'As it was',
    });
  });

  it('gives a person a role with guarded duties: a second administrator approves it and sets a new password, and it takes effect immediately', async () => {
    expect((await api.fetch('/api/v1/audit')).status).toBe(403);
    await admin.goto(`${world.plant.url}/admin`);
    await admin.getByTestId('tile-accounts').click();
    await admin.getByTestId('account-search').fill(officer.username);
    await admin.locator('[data-testid=account-row]', { hasText: officer.username }).click();
    await admin.getByTestId('account-dialog').getByTestId('role-safety-head').check();
    await admin.getByTestId('save-roles').click();
    await admin.getByTestId('account-waiting').waitFor();
    expect((await api.fetch('/api/v1/audit')).status).toBe(403);
    const second = await open('admin.two');
    await second.goto(`${world.plant.url}/admin/accounts`);
    const request = second.locator(
      `[data-testid=waiting-request][data-user="${officer.username}"]`,
    );
    await request.getByTestId('approve-request').click();
    await second.getByTestId('confirm-yes').click();
    await request.waitFor({ state: 'detached' });
    const given =
      (await second.getByTestId('password-once').getByTestId('secret').textContent()) ?? '';
    await second.getByTestId('password-noted').click();
    await second.context().close();
    // The password was reset with the approval, so that the requester cannot use the old one: the
    // owner sets a new one.
    const { plant } = world;
    const old = await fetch(`${plant.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: officer.username, password: officer.password }),
    });
    expect(old.status).toBe(401);
    const chosen = 'four horses and a cart';
    head = await open(officer.username, { given, chosen });
    api = await ApiClient.signIn(plant.url, officer.username, chosen);
    expect((await api.fetch('/api/v1/audit')).status).toBe(200);
  });

  it('switches hazards off and on: the menu entry disappears and reappears, and no data is lost', async () => {
    const before = await until('hazards of the demonstration', async () => {
      const ids = (await hazards()).items.map(({ id }) => id);
      return ids.length > 0 && ids;
    });
    await admin.goto(`${world.plant.url}/admin/modules`);
    await admin.getByTestId('nav-hazards').waitFor();
    await admin.getByTestId('switch-hazards').click();
    // A confirmation with a reason is required.
    expect(await admin.getByTestId('confirm-yes').isDisabled()).toBe(true);
    await admin.getByTestId('confirm-reason').fill('not used at this site');
    await admin.getByTestId('confirm-yes').click();
    await admin.locator('[data-testid=feature][data-id=hazards][data-on=false]').waitFor();
    await admin.getByTestId('nav-hazards').waitFor({ state: 'detached' });
    expect((await api.fetch('/api/v1/hazards')).status).toBe(404);

    await admin.getByTestId('switch-hazards').click();
    await admin.locator('[data-testid=feature][data-id=hazards][data-on=true]').waitFor();
    await admin.getByTestId('nav-hazards').waitFor();
    // The demonstration may still be seeding.
    const after = (await hazards()).items.map(({ id }) => id);
    expect(after).toEqual(expect.arrayContaining(before));
  });

  it('changes a workflow deadline as a new version, with validation while typing', async () => {
    found = await workflow();
    await head.goto(`${world.plant.url}/admin/workflows`);
    await head.locator('[data-testid=workflow-row][data-id=hazard]').click();
    // The first state is open at desk width.
    await head.getByTestId('state-form').waitFor();
    await head.locator('[data-testid=node][data-id=rectifying]').click();
    const amount = head.getByTestId('deadline-amount');
    await amount.fill('0');
    await head.getByTestId('state-form').getByTestId('faults').waitFor();
    expect(await head.getByTestId('save-workflow').isDisabled()).toBe(true);
    await amount.fill('5');
    await head.locator('[data-testid=save-bar][data-faults="0"]').waitFor();
    await head.getByTestId('save-workflow').click();
    await head.getByTestId('save-note').fill('Faster repairs');
    await head.getByTestId('save-confirm').click();
    await head
      .getByTestId('version')
      .first()
      .getByText(`Version ${found.version + 1}`)
      .waitFor();
    const saved = await workflow();
    expect(saved.version).toBe(found.version + 1);
    expect(saved.definition.states.find(({ id }) => id === 'rectifying')?.deadline?.amount).toBe(5);
  });

  it('[INT-03] [INT-04] shows the HTTP API and bus reference under the content security policy, without external servers', async () => {
    const elsewhere: string[] = [];
    const watch = (request: { url(): string }) => {
      if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(world.plant.url)) {
        elsewhere.push(request.url());
      }
    };
    admin.on('request', watch);
    await admin.goto(`${world.plant.url}/admin`);
    await admin.locator('[data-testid=admin-interfaces]:visible').first().click();
    await admin.locator('[data-testid=topic][data-topic=violationEvents]').waitFor();
    const file = await fetch(`${world.plant.url}/api/asyncapi.json`);
    const { channels } = (await file.json()) as { channels: object };
    expect(await admin.getByTestId('topic').count()).toBe(Object.keys(channels).length);
    await admin.getByTestId('open-bus').click();
    await admin.getByRole('heading', { name: 'Violation events' }).first().waitFor();
    await admin.goto(`${world.plant.url}/api/docs?lang=zh&api=http`);
    await admin.getByText('下载 OpenAPI 文档').first().waitFor();
    await admin.getByText('返回安视').click();
    await admin.getByTestId('interfaces').waitFor();
    admin.off('request', watch);
    expect(elsewhere).toEqual([]);
  });

  it('[SEC-02] gives a reader a secret of its own: shown once, used, rotated and revoked', async () => {
    const { url } = world.plant;
    const name = `gate-${Date.now()}`;
    const read = { eventType: 'tagInventory', tagInventoryEvent: { epcHex: 'AB', antennaPort: 1 } };
    const send = async (header: string) => {
      const [field = '', value = ''] = header.split(': ');
      const headers = { 'content-type': 'application/json', [field]: value };
      const body = JSON.stringify([read]);
      const answer = await fetch(`${url}/api/v1/ingest/rfid/impinj`, {
        method: 'POST',
        headers,
        body,
      });
      return answer.status;
    };
    /** The line to be copied into the device. */
    const header = async () =>
      (await admin
        .getByTestId('device-secret')
        .locator('pre', { hasText: 'Authorization: Bearer' })
        .textContent()) ?? '';
    await admin.goto(`${url}/admin/devices`);
    await admin.getByTestId('add-device').click();
    await admin.getByTestId('device-name').fill(name);
    await admin.getByTestId('save-device').click();
    const first = await header();
    await admin.getByTestId('secret-noted').click();
    expect(await send(first)).toBe(200);

    const row = admin.getByTestId('device-row').filter({ hasText: name });
    await row.click();
    const dialog = admin.getByTestId('device-dialog');
    await dialog.getByText('In use').waitFor();
    expect(await dialog.textContent()).not.toContain(first.slice(-43));
    await admin.getByTestId('rotate-device').click();
    await admin.getByTestId('save-rotation').click();
    const second = await header();
    await admin.getByTestId('secret-noted').click();
    expect([await send(first), await send(second)]).toEqual([200, 200]);

    await row.click();
    await admin.getByTestId('overlap-note').getByText('used last').waitFor();
    await admin.getByTestId('revoke-device').click();
    await admin.getByTestId('confirm-reason').fill('Taken off the wall');
    await admin.getByTestId('confirm-yes').click();
    await dialog.getByText('Taken off the wall').waitFor();
    expect([await send(first), await send(second)]).toEqual([401, 401]);
    await admin.keyboard.press('Escape');
  });

  it('finds all changes in the audit log, with the values before and after', async () => {
    await head.goto(`${world.plant.url}/admin/audit`);
    const line = (entity: string, action: string, text: string) =>
      head.locator(`[data-testid=audit-line][data-entity="${entity}"][data-action="${action}"]`, {
        hasText: text,
      });
    const ask = async (entity: string) => {
      await head.getByTestId('audit-entity').selectOption(entity);
      await head.getByTestId('audit-ask').click();
    };
    await ask('feature');
    await line('feature', 'switch-off', 'not used at this site').first().waitFor();
    await line('feature', 'switch-on', 'admin').first().waitFor();
    await ask('user');
    const roles = line('user', 'update', 'admin').first();
    await roles.getByRole('button').first().click();
    await roles.getByTestId('audit-detail').getByText('safety-head').waitFor();
    await ask('workflow');
    const workflow = line('workflow', 'update', officer.username).first();
    await workflow.getByRole('button').first().click();
    await workflow
      .getByTestId('audit-detail')
      .getByText('states[rectifying].deadline.amount')
      .waitFor();
    await head.getByTestId('tab-verification').click();
    await head.getByTestId('verify').click();
    await head.locator('[data-testid=verification-state][data-state=ok]').waitFor();
    expect(complaints).toEqual([[], [], []]);
  });
});
