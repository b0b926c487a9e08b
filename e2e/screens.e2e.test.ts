import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noticeKinds } from '../api/src/platform/notices/kinds.ts';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

/**
 * If set to a folder: screenshots of each new page, wide and narrow, in both languages and themes.
 */
const pictures = process.env['ANSHI_SCREENS'];

type Listed<Item> = { items: Item[] };
type Name = { zh: string; en: string };

/** Pages on which an administrator, a head of safety and a privacy officer configure the system. */
describe('the pages of what a company sets up', () => {
  let world: World;
  let browser: Browser;
  let admin: ApiClient;
  let page: Page;

  const at = (path: string) => page.goto(`${world.plant.url}${path}`);
  const use = async (username: string) => {
    await page?.context().close();
    ({ page } = await openPage(browser));
    page.setDefaultTimeout(60_000);
    await signIn(page, world.plant.url, username, world.plant.demoPassword);
    await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  };

  /** Screenshots of a page in each width, language and theme. */
  async function shoot(name: string, path: string): Promise<void> {
    if (!pictures) return;
    mkdirSync(pictures, { recursive: true });
    for (const [width, height, locale, theme] of [
      [1440, 900, 'zh-CN', 'light'],
      [1440, 900, 'en', 'dark'],
      [390, 844, 'zh-CN', 'dark'],
      [390, 844, 'en', 'light'],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.evaluate(
        ([chosen, look]) => {
          localStorage.setItem('anshi.locale', chosen);
          localStorage.setItem('anshi.theme', look);
        },
        [locale, theme] as const,
      );
      await at(path);
      await page.locator('#content').waitFor();
      await page.waitForFunction(() => document.querySelector('#content .skeleton') === null);
      await page.screenshot({ path: join(pictures, `${name}-${width}-${locale}-${theme}.png`) });
    }
    await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
    await page.setViewportSize({ width: 1440, height: 900 });
  }

  beforeAll(async () => {
    world = await startWorld(
      { file: resolve(import.meta.dirname, '../cameras.yaml') },
      { parts: ['database', 'broker', 'api'] },
    );
    admin = await ApiClient.signIn(world.plant.url, 'admin', world.plant.demoPassword);
    browser = await launchBrowser();
    await use('admin');
  });

  afterAll(async () => {
    await browser?.close();
    await world?.end();
  });

  it('[ARC-05] areas and machines use the kinds of the industry, and kinds that the company adds', async () => {
    await admin.send('POST', '/api/v1/presets/electronics/apply');
    await at('/admin/dictionaries?tab=area-kind');
    await page.locator('[data-testid=word-row][data-id=clean-room]').waitFor();
    await page.getByTestId('add-word').click();
    await page.getByTestId('word-name-zh').fill('老化室');
    await page.getByTestId('word-name-en').fill('Burn-in room');
    await page.getByTestId('save').click();
    await page.locator('[data-testid=word-row][data-id=burn-in-room]').waitFor();

    const kinds = async () => {
      await at('/admin/places?tab=areas');
      await page.getByTestId('add-place').click();
      const options = page.getByTestId('area-kind').locator('option');
      await options.first().waitFor({ state: 'attached' });
      return options.evaluateAll((all) => all.map((one) => one.getAttribute('value')));
    };
    expect(await kinds()).toEqual(expect.arrayContaining(['clean-room', 'burn-in-room']));
    expect(await kinds()).not.toContain('tank-farm');
    await page.getByTestId('place-name-zh').fill('一号老化室');
    await page.getByTestId('place-name-en').fill('Burn-in room 1');
    await page.getByTestId('area-kind').selectOption('burn-in-room');
    await page.getByTestId('save-place').click();
    await page.locator('[data-testid=area-row]', { hasText: 'Burn-in room 1' }).waitFor();
    // Kinds of another industry are not offered.
    const [area] = (await admin.get<Listed<{ id: string; site: string }>>('/api/v1/areas')).items;
    const body = { site: area!.site, name: { zh: '罐区', en: 'Tanks' }, kind: 'tank-farm' };
    const sent = admin.send('PUT', '/api/v1/areas/tanks', body);
    await expect(sent).rejects.toThrow('area.kind-unknown');
    await admin.send('POST', '/api/v1/presets/chemical/apply');
    expect(await kinds()).toEqual(expect.arrayContaining(['tank-farm', 'burn-in-room']));
    expect(await kinds()).not.toContain('clean-room');
    await admin.send('PUT', '/api/v1/areas/tanks', body);
    await shoot('dictionaries', '/admin/dictionaries');
    await shoot('equipment-kinds', '/admin/dictionaries?tab=equipment-kind');
  });

  it('[ARC-01] one id shows the data of every module about a person, an area and a machine', async () => {
    const first = async <Item extends { id: string }>(path: string): Promise<Item> =>
      (await world.api.get<Listed<Item>>(path)).items[0]!;
    const area = await first<{ id: string; name: Name }>('/api/v1/areas?limit=1');
    await at(`/admin/overview/area/${area.id}`);
    await page.getByTestId('count-openHazards').waitFor();
    await page.getByRole('heading', { name: area.name.en }).waitFor();
    await shoot('area-overview', `/admin/overview/area/${area.id}`);
    const machine = await first<{ id: string }>('/api/v1/equipment?limit=1');
    await at(`/admin/overview/equipment/${machine.id}`);
    await page.getByTestId('count-people').waitFor();
    await use('safety');
    const person = await first<{ id: string; name: string }>('/api/v1/persons?limit=1');
    await at(`/admin/overview/person/${person.id}`);
    await page.getByTestId('count-hazardsAssigned').waitFor();
    await page.getByRole('heading', { name: person.name }).waitFor();
    await page.getByTestId('paper-consents').getByTestId('consent').first().waitFor();
    await shoot('person-overview', `/admin/overview/person/${person.id}`);
  });

  it('[SEC-07] counts people, and does not show the count of a small group', async () => {
    await use('manager');
    await at('/admin/people-statistics');
    await page.getByTestId('group').first().waitFor();
    const counts = await page
      .getByTestId('group')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-count')));
    // The demonstration has departments of one and two people.
    expect(counts).toContain('');
    for (const count of counts) if (count !== '') expect(Number(count)).toBeGreaterThanOrEqual(5);
    await page.getByTestId('groups-hidden').waitFor();
    await shoot('people-statistics', '/admin/people-statistics?by=status');
  });

  it('[HAZ-04] the routing table is filled in with examples, saved and tried', async () => {
    await admin.send('POST', '/api/v1/presets/machinery/apply');
    await use('safety.head');
    await at('/admin/hazard-routing');
    await page.getByTestId('routing-examples').click();
    await page.getByTestId('rule').first().waitFor();
    const rules = await page.getByTestId('rule').count();
    expect(rules).toBeGreaterThan(2);
    await page.getByTestId('save-routing').click();
    await page.getByTestId('hazard-routing').getByText('Version 1').waitFor();
    await page.getByTestId('preview-type').selectOption('electrical');
    await page.getByTestId('preview-ask').click();
    const answer = page.locator('[data-testid=preview-answer][data-why=rule]');
    await answer.waitFor();
    expect(await answer.getAttribute('data-department')).not.toBe('');
    await page.reload();
    await page
      .getByTestId('rule')
      .nth(rules - 1)
      .waitFor();
    for (const name of ['hazard-routing', 'hazard-types', 'hazard-laws', 'sites', 'rules']) {
      await at(`/admin/${name}`);
      await page.getByTestId(name).waitFor();
      await shoot(name, `/admin/${name}`);
    }
    await at('/admin/hazard-laws');
    await page.getByTestId('law').first().waitFor();
  });

  it('[HAZ-15] the location of a site is set on its page', async () => {
    await at('/admin/sites');
    await page.getByTestId('site-row').first().click();
    await page.getByTestId('site-latitude').fill('31.2304');
    await page.getByTestId('site-longitude').fill('121.4737');
    await page.getByTestId('site-radius').fill('800');
    await page.getByTestId('save').click();
    await page.getByTestId('site-row').first().getByText('31.23040, 121.47370').waitFor();
  });

  it('[ARC-03] the catalogue shows the sources of records, and the lineage of a record its use', async () => {
    await use('auditor');
    await at('/privacy/catalogue');
    await page.locator('[data-testid=entity-row][data-id=person]').waitFor();
    await page.getByTestId('lineage-entity').selectOption('area');
    await page.getByTestId('lineage-id').fill('burn-in-room-1');
    await page.getByTestId('lineage-ask').click();
    await page.getByTestId('lineage-answer').getByText('cn.anshi').first().waitFor();
    await shoot('catalogue', '/privacy/catalogue?entity=area&id=burn-in-room-1');
  });

  it('[ARC-01] a badge is issued and returned, and a consent on paper recorded, on the page of the person', async () => {
    await use('safety.head');
    const { items } = await world.api.get<Listed<{ id: string }>>('/api/v1/persons?limit=1');
    await at(`/admin/overview/person/${items[0]!.id}`);
    await page.getByTestId('badge-number').fill('tag-e2e-1');
    await page.getByTestId('bind-badge').click();
    await page.getByTestId('badge').getByText('tag-e2e-1').waitFor();
    await page.getByTestId('release-badge').click();
    await page.getByTestId('confirm-yes').click();
    await page.getByTestId('badge').waitFor({ state: 'detached' });
    const consent = page.getByTestId('consent').first();
    await consent.getByTestId('record-consent').click();
    await page.getByTestId('consent-note').fill('signed form, folder 3');
    await page.getByTestId('save').click();
    await page.locator('[data-testid=consent][data-state=given]').waitFor();
    await consent.getByTestId('withdraw-consent').click();
    await page.getByTestId('consent-note').fill('came to the desk');
    await page.getByTestId('save').click();
    await page.locator('[data-testid=consent][data-state=withdrawn]').waitFor();
  });

  it('the link of every kind of notice opens its record', async () => {
    // One record for each kind of notice.
    const { url, demoPassword } = world.plant;
    const manager = await ApiClient.signIn(url, 'manager', demoPassword);
    const review = await manager.send<{ id: string }>('POST', '/api/v1/access-reviews', {
      dueInDays: 14,
    });
    const webhook = await admin.send<{ id: string }>('POST', '/api/v1/webhooks', {
      name: 'Links',
      url: 'https://hook.example.com/',
      types: ['cn.anshi.hazard.*'],
    });
    const guess = () => ApiClient.signIn(url, 'env', 'not the password').catch(() => {});
    for (let n = 0; n < 6; n++) await guess();
    const auditor = await ApiClient.signIn(url, 'auditor', demoPassword);
    const finding = await until('a finding', async () => {
      const found = await auditor.get<Listed<{ id: string }>>('/api/v1/audit/findings');
      return found.items[0];
    });
    const hazards = await world.api.get<Listed<{ id: string }>>('/api/v1/hazards?limit=1');
    const devices = await admin.get<Listed<{ id: string }>>('/api/v1/devices');
    const obligations = await world.api.get<Listed<{ id: string }>>('/api/v1/obligations?limit=1');
    const qualifications = await world.api.get<Listed<{ id: string }>>(
      '/api/v1/qualifications?limit=1',
    );
    const persons = await world.api.get<Listed<{ id: string }>>('/api/v1/persons?limit=1');
    const person = persons.items[0]!.id;
    const jobs = await world.api.get<Listed<{ id: string }>>('/api/v1/assignments/board');
    const points = await world.api.get<Listed<{ id: string }>>('/api/v1/gates/points');
    const visits = await world.api.get<Listed<{ id: string }>>('/api/v1/visits?limit=1');
    const corrections = await world.api.get<Listed<{ id: string }>>(
      '/api/v1/attendance/corrections?limit=1',
    );
    // Not yet: other files hear notices of this camera.
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const snooze = await world.api.send<{ id: string }>('POST', '/api/v1/snoozes', {
      camera: 'aisle',
      fromAt: inDays(2),
      untilAt: inDays(2.1),
      reason: 'lens is cleaned',
    });
    const sites = await world.api.get<Listed<{ id: string }>>('/api/v1/sites');
    const given = { site: sites.items[0]!.id };
    const shift = await world.api.send<{ id: string }>('POST', '/api/v1/shift-handovers', given);
    /** The user who opens it, the subject, and a selector that shows the record. */
    const opened: Record<string, { as: string; id: string; shows: string }> = {
      '/hazards/:id': { as: 'safety', id: hazards.items[0]!.id, shows: 'hazard-detail' },
      '/hazards/penalties': { as: 'safety', id: '', shows: 'penalties' },
      '/admin/accounts': { as: 'admin', id: '', shows: 'accounts' },
      '/admin/reviews/:id': { as: 'manager', id: review.id, shows: 'review-detail' },
      '/admin/audit?tab=findings&finding=:id': {
        as: 'auditor',
        id: finding.id,
        shows: 'finding-dialog',
      },
      '/admin/webhooks?webhook=:id': { as: 'admin', id: webhook.id, shows: 'webhook' },
      '/obligations/:id': {
        as: 'safety',
        id: obligations.items[0]!.id,
        shows: 'obligation-dialog',
      },
      '/qualifications/:id': {
        as: 'safety',
        id: qualifications.items[0]!.id,
        shows: 'qualification-dialog',
      },
      '/me/qualifications': { as: 'worker.press', id: '', shows: 'my-qualifications' },
      '/admin/roles': { as: 'admin', id: '', shows: 'roles' },
      '/admin/people/:id': { as: 'safety', id: person, shows: 'person-dialog' },
      '/people/:id/file?tab=violations': { as: 'safety', id: person, shows: 'person-violations' },
      '/admin/personnel': { as: 'safety.head', id: '', shows: 'personnel' },
      '/match/misfits': { as: 'safety', id: '', shows: 'misfits' },
      '/assignments/:id': { as: 'safety', id: jobs.items[0]!.id, shows: 'job-dialog' },
      '/me/work': { as: 'worker.press', id: '', shows: 'my-work' },
      '/visits/:id': { as: 'safety', id: visits.items[0]!.id, shows: 'visit-dialog' },
      '/attendance/corrections/:id': {
        as: 'safety',
        id: corrections.items[0]!.id,
        shows: 'correction-dialog',
      },
      '/me/attendance/:id': { as: 'worker.press', id: 'any', shows: 'my-attendance' },
      '/gates/points/:id': { as: 'safety', id: points.items[0]!.id, shows: 'gate-point-dialog' },
      '/me/fences/:id': { as: 'worker.press', id: 'any', shows: 'my-fences' },
      '/shift-log/:id': { as: 'safety', id: shift.id, shows: 'handover-dialog' },
      '/snoozes/:id': { as: 'safety', id: snooze.id, shows: 'snooze-dialog' },
      '/evidence-holds?hold=:id': { as: 'safety', id: '', shows: 'evidence-holds' },
      '/device-health/camera/:id': { as: 'maintainer', id: 'aisle', shows: 'device-page' },
      '/device-health/worker/:id': { as: 'maintainer', id: 'worker-1', shows: 'device-page' },
      '/me/data': { as: 'worker.press', id: '', shows: 'my-data' },
      '/privacy/requests': { as: 'privacy', id: '', shows: 'privacy-requests' },
      '/admin/models/precision': { as: 'admin', id: '', shows: 'models' },
      '/presence/badges': { as: 'safety', id: '', shows: 'badges' },
      '/cameras': { as: 'admin', id: '', shows: 'content' },
      '/notices': { as: 'admin', id: '', shows: 'content' },
      '/admin/events': { as: 'admin', id: '', shows: 'events' },
      '/admin/bus': { as: 'admin', id: '', shows: 'bus' },
      '/admin/devices?device=:id': { as: 'admin', id: devices.items[0]!.id, shows: 'devices' },
    };
    /** Covered by the tests of their modules: they need a camera, a loaded model, a supplier or a card. */
    const elsewhere = [
      '/gates/:id',
      '/area-fences/:id',
      '/vehicles/events/:id',
      '/alarms/:id',
      '/device-files/:id',
      '/incidents/:id',
      '/violations/:id',
      '/me/violations/:id',
      '/admin/models/versions/:id',
      '/suppliers/:id',
      '/commands/:id',
      '/shared/:id',
    ];
    const patterns = new Set(
      noticeKinds.flatMap(({ link }) => (link === null || link === 'record' ? [] : [link])),
    );
    const missing = [...patterns].filter((one) => !(one in opened) && !elsewhere.includes(one));
    expect(missing).toEqual([]);
    let signedIn = '';
    const byUser = Object.entries(opened).sort(([, a], [, b]) => a.as.localeCompare(b.as));
    for (const [pattern, { as, id, shows }] of byUser) {
      if (signedIn !== as) await use(as);
      signedIn = as;
      await at(pattern.replace(':id', id));
      const shown = shows === 'content' ? page.locator('#content') : page.getByTestId(shows);
      await shown.first().waitFor();
      await page.waitForFunction(() => document.querySelector('#content .skeleton') === null);
      const failed = await page.locator('[data-testid=error], [data-testid=forbidden]').count();
      expect([pattern, failed]).toEqual([pattern, 0]);
    }
  });
});
