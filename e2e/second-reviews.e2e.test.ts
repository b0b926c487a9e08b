import { resolve } from 'node:path';
import pg from 'pg';
import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IncidentSite, openIncidentSite } from '../api/src/testing/incidents.ts';
import { PASSWORD } from '../api/src/testing/site.ts';
import { launchBrowser, openAs } from './support/browser.ts';
import { photograph, photographNow } from './support/photograph.ts';

const NOTE = 'the-note-of-the-first-reviewer';

/** A second review by another account, in real browsers. */
describe('a second review', () => {
  let world: IncidentSite;
  let browser: Browser;
  let first: Page;
  let second: Page;
  const complaints: string[][] = [];

  const open = async (username: string, path: string) => {
    const plant = { url: world.api.url, demoPassword: PASSWORD };
    const opened = await openAs(browser, plant, username, path, { width: 1440, height: 900 });
    complaints.push(opened.complaints);
    return opened.page;
  };

  beforeAll(async () => {
    world = await openIncidentSite({
      ownServer: true,
      dashboardDir: resolve(import.meta.dirname, '../dashboard/build'),
    });
    const owner = new pg.Client({ connectionString: world.superUrl });
    await owner.connect();
    await owner.query("INSERT INTO second_review_setting (tenant_id, share) VALUES ('demo', 100)");
    await owner.end();
    for (const name of ['a', 'b', 'c']) {
      const { id } = await world.see(world.west, world.hour(), name, {
        rule: name === 'b' ? 'phone-use' : 'running',
      });
      const { version } = await world.incidentOf(id);
      await world.done(
        world.post(id, 'verdict', {
          decision: 'dismiss',
          reason: 'duplicate',
          note: NOTE,
          version,
        }),
      );
    }
    browser = await launchBrowser();
    [first, second] = await Promise.all([open('operator', '/'), open('safety', '/')]);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
  });

  it('is given by keyboard, without a byte of the first verdict, and what differs is settled', async () => {
    const bodies: Promise<string>[] = [];
    const keep = (response: Response) => {
      if (!response.url().includes('/api/')) return;
      bodies.push(response.text().catch(() => ''));
    };
    const frames: string[] = [];
    second.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => void frames.push(String(payload))),
    );
    second.on('response', keep);
    await second.goto(`${world.api.url}/second-reviews`);
    const rows = second.getByTestId('second-review');
    await rows.nth(2).waitFor();
    await expect.poll(() => second.getByTestId('nav-second-reviews').textContent()).toContain('3');
    await photograph(second, 'second-reviews');
    // At desk width the first one is open by itself.
    await second.getByTestId('evidence').waitFor();
    await second.locator('[data-testid=second-review][aria-current=true]').waitFor();
    await photographNow(second, 'second-review-open');
    await second.setViewportSize({ width: 390, height: 844 });
    expect(await second.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      390,
    );
    await second.setViewportSize({ width: 1440, height: 900 });
    const sent: string[] = [];
    second.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/verdict'))
        sent.push(request.url());
    });
    // A held key decides nothing, and a double press once.
    await second.evaluate(() => {
      for (const repeat of [true, true, false, false, true]) {
        const options = { key: 'c', repeat, bubbles: true, cancelable: true };
        document.body.dispatchEvent(new KeyboardEvent('keydown', options));
      }
    });
    await expect.poll(() => rows.count()).toBe(2);
    await second.evaluate(() =>
      document.body.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'c', repeat: true, bubbles: true }),
      ),
    );
    await second.getByTestId('evidence').waitFor();
    await second.evaluate(() =>
      document.body.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'c', repeat: true, bubbles: true }),
      ),
    );
    expect(sent).toHaveLength(1);
    expect(await rows.count()).toBe(2);
    // The next one is open.
    await second.getByTestId('evidence').waitFor();
    await second.locator('body').press('d');
    await second.getByTestId('dismiss-reasons').waitFor();
    await second.locator('body').press('1');
    await expect.poll(() => rows.count()).toBe(1);
    expect(await second.getByTestId('not-blind').count()).toBe(0);
    second.off('response', keep);
    const received = [...(await Promise.all(bodies)), ...frames].join('\n');
    expect(received).toContain('/snapshot');
    expect(received).not.toContain(NOTE);
    expect(received).not.toContain('"reason":"duplicate"');
    expect(await second.locator('body').textContent()).not.toContain(NOTE);

    // Who looks the last one up elsewhere is told, in both languages, and may still answer.
    await second.goto(`${world.api.url}/incidents?status=dismissed`);
    await second.getByTestId('incident-row').first().waitFor();
    await second.goto(`${world.api.url}/second-reviews`);
    await expect
      .poll(() => second.getByTestId('not-blind').textContent())
      .toContain('shown the first verdict');
    await second.getByTestId('not-blind-mark').waitFor();
    await photographNow(second, 'second-review-not-blind');

    // The first reviewer has neither of them.
    await first.goto(`${world.api.url}/second-reviews`);
    await first.getByTestId('empty').waitFor();
    await first.getByTestId('tab-disagreements').click();
    await first.getByTestId('empty').waitFor();

    await second.getByTestId('tab-disagreements').click();
    const differing = second.getByTestId('disagreement-row');
    await expect.poll(() => differing.count()).toBe(1);
    await photograph(second, 'second-review-disagreements');
    await differing.first().click();
    expect(await second.getByTestId('verdict-first').textContent()).toContain(NOTE);
    // Who gave the second verdict does not say which of the two is right.
    await second.getByTestId('settle-own').waitFor();
    expect(await second.getByTestId('keep-first').count()).toBe(0);
    await photographNow(second, 'second-review-own');
    const third = await open('safety.head', '/second-reviews/disagreements');
    await third.getByTestId('disagreement-row').first().click();
    await photographNow(third, 'second-review-settle');
    await third.getByTestId('settle-note').fill('two cameras saw the same act');
    await third.getByTestId('keep-first').click();
    await third.getByTestId('empty').waitFor();
    await second.keyboard.press('Escape');

    await second.getByTestId('tab-agreement').click();
    await second.getByTestId('agreement-own').waitFor();
    await photograph(second, 'second-review-agreement');
  });

  it('has its share set in the administration', async () => {
    const admin = await open('admin', '/admin/second-reviews');
    await admin.getByTestId('share-now').waitFor();
    await admin.getByTestId('change-share').click();
    await admin.getByTestId('share').fill('12');
    await admin.getByTestId('share-form').locator('button[type=submit]').click();
    await expect.poll(() => admin.getByTestId('share-now').textContent()).toContain('12');
    await photograph(admin, 'second-review-share');
    expect(complaints.flat()).toEqual([]);
  });
});
