import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { Plant } from '../plant/plant.ts';
import { launchBrowser } from '../setup/launch-browser.ts';
import { renderedClips } from './clips.ts';
import { fillIncident, fillSafetyFile } from './pages/seed.ts';
import { inOwnFolder } from './plant-folder.ts';
import { note, quantile, tell } from './result.ts';
import { labelledClips, makeEvidence } from './review/evidence-files.ts';
import { Reporter } from './review/reporter.ts';
import { signInPage } from './sign-in-page.ts';
import { TARGETS, targetOf } from './targets.ts';

/*
 * How soon the page of an incident with as many findings as one may have, and a safety file of 10,000 events, can be used: in
 * the real dashboard, over API, database and broker as the product runs them.
 */
const root = resolve(import.meta.dirname, '../..');
const BUS_SECRET = 'a secret of the bus for the bench of pages';
const MOST_FINDINGS = 100;
/** Opens that are not measured: the first of each loads its code. */
const WARM_UPS = 2;

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '10000' },
    opens: { type: 'string', default: '12' },
    target: { type: 'string' },
  },
});
const [events, opens] = [values.events, values.opens].map(Number) as [number, number];
if (!(events >= 1 && opens >= 1)) {
  console.error('--events and --opens must be at least 1');
  process.exit(2);
}
const target = targetOf(values.target, TARGETS.pageUsableP95Ms);

/** Follows a link in the app, as a click in a list does, and waits for what is needed to work. @returns ms. */
async function timeOf(page: Page, path: string, needed: readonly string[]): Promise<number> {
  const began = performance.now();
  await page.evaluate((href) => {
    const link = Object.assign(document.createElement('a'), { href });
    document.body.append(link);
    link.click();
    link.remove();
  }, path);
  await Promise.all(needed.map((selector) => page.locator(selector).first().waitFor()));
  return performance.now() - began;
}

async function measure(page: Page, path: string, needed: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < opens + WARM_UPS; n++) {
    await timeOf(page, '/shift-log', ['h1']);
    const ms = await timeOf(page, path, needed);
    if (n >= WARM_UPS) times.push(ms);
  }
  return times;
}

await inOwnFolder('pages', async (folder, register) => {
  const plant = await Plant.create({
    dataDir: join(folder, 'data'),
    parts: ['database', 'broker', 'api'],
    busSecret: BUS_SECRET,
    env: { all: { ANSHI_LOG_LEVEL: 'warn' } },
  });
  register(plant);
  const [evidence] = await Promise.all([
    makeEvidence(labelledClips(renderedClips(root), 2), folder),
    plant.start(),
  ]);
  const reporter = await Reporter.start(plant, BUS_SECRET);
  const findings: string[] = [];
  for (const [n, one] of evidence.entries()) {
    for (const file of Object.values(one)) await reporter.put(file);
    findings.push(await reporter.reportWithClip(one, Date.now() - (n + 1) * 3_600_000));
  }
  const [large = '', small = ''] = findings;
  const client = new pg.Client({ connectionString: plant.databaseUrls.admin });
  await client.connect();
  await client.query("SELECT set_config('app.tenant', 'demo', false)");
  const incident = await fillIncident(client, large, MOST_FINDINGS);
  const bareIncident = await fillIncident(client, small, 1);
  const person = await fillSafetyFile(client, 'E006', events);
  note(`an incident of ${MOST_FINDINGS} findings, and a file of ${events} events`);

  const browser = await launchBrowser();
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  await signInPage(page, plant, 'safety');
  const isReady = '[data-testid=incident][data-version]';
  const axis = '[data-testid=time-axis] [data-testid=finding]';
  const evidenceShown = '[data-testid=detail] video, [data-testid=detail] img';
  const ofIncident = (id: string, more: string[]) =>
    measure(page, `/incidents/${id}?status=all`, [
      `[data-testid=incident][data-id="${id}"]`,
      isReady,
      evidenceShown,
      ...more,
    ]);
  const incidentMs = await ofIncident(incident, [axis]);
  const chainMs = await ofIncident(incident, [axis, '[data-testid=chain-events]']);
  const bareMs = await ofIncident(bareIncident, []);
  const fileMs = await measure(page, `/people/${person}/file`, [
    '[data-testid=file-summary]',
    '[data-testid=timeline-item]',
  ]);
  const fileViolationsMs = await measure(page, `/people/${person}/file?tab=violations`, [
    '[data-testid=file-summary]',
    '[data-testid=entry]',
  ]);
  await browser.close();
  await client.end();
  await reporter.end();

  const p95 = (times: readonly number[]) => quantile(times, 0.95);
  const figures = {
    incidentP50Ms: quantile(incidentMs, 0.5),
    incidentP95Ms: p95(incidentMs),
    chainP95Ms: p95(chainMs),
    bareIncidentP95Ms: p95(bareMs),
    fileP50Ms: quantile(fileMs, 0.5),
    fileP95Ms: p95(fileMs),
    fileViolationsP95Ms: p95(fileViolationsMs),
    events,
    findings: MOST_FINDINGS,
  };
  const worst = Math.max(figures.incidentP95Ms, figures.fileP95Ms);
  tell({
    bench: 'pages',
    ok: worst <= target,
    figures,
    ratio: figures.incidentP95Ms / figures.bareIncidentP95Ms,
    against: 'the page of an incident of one finding, in the same run',
  });
});
