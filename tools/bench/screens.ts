import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { Plant } from '../plant/plant.ts';
import { launchBrowser } from '../setup/launch-browser.ts';
import { renderedClips } from './clips.ts';
import { inOwnFolder } from './plant-folder.ts';
import { note, quantile, tell } from './result.ts';
import { labelledClips, makeEvidence } from './review/evidence-files.ts';
import { Reporter } from './review/reporter.ts';
import { installProbe } from './screens/in-page.ts';
import { scoreAlarms, screenMisses } from './screens/screens-score.ts';
import { signInPage } from './sign-in-page.ts';
import { TARGETS, targetOf } from './targets.ts';

/*
 * From the report of a violation to its alarm on a wall, a desk and a phone: API, database and broker as the product runs
 * them, three people in real browsers. The first screen's message is the peer: what a bare WebSocket of the API gets.
 */
const root = resolve(import.meta.dirname, '../..');
const BUS_SECRET = 'a secret of the bus for the bench of screens';
const ALARM_WITHIN_MS = 15_000;
/** The first alarms of a page load code and pictures. */
const WARM_UP = 3;

const { values } = parseArgs({
  options: {
    alarms: { type: 'string', default: '40' },
    target: { type: 'string' },
    'target-spread': { type: 'string' },
  },
});
const alarms = Number(values.alarms);
if (!(Number.isInteger(alarms) && alarms >= 5)) {
  console.error('--alarms must be a whole number of at least 5');
  process.exit(2);
}
const targets = {
  alarmP95Ms: targetOf(values.target, TARGETS.screenAlarmP95Ms),
  spreadMs: targetOf(values['target-spread'], TARGETS.screenSpreadMs),
};
const SCREENS = [
  { name: 'wall', user: 'operator', path: '/', viewport: { width: 1440, height: 900 } },
  { name: 'desk', user: 'safety', path: '/incidents', viewport: { width: 1440, height: 900 } },
  { name: 'phone', user: 'safety.head', path: '/hazards', viewport: { width: 390, height: 844 } },
] as const;

await inOwnFolder('screens', async (folder, register) => {
  const plant = await Plant.create({
    dataDir: join(folder, 'data'),
    parts: ['database', 'broker', 'api'],
    busSecret: BUS_SECRET,
    env: { all: { ANSHI_LOG_LEVEL: 'warn' } },
  });
  register(plant);
  const [evidence] = await Promise.all([
    makeEvidence(labelledClips(renderedClips(root), 1), folder),
    plant.start(),
  ]);
  const picture = evidence[0];
  if (!picture) throw new Error('no evidence was made');
  const reporter = await Reporter.start(plant, BUS_SECRET);
  for (const file of Object.values(picture)) await reporter.put(file);
  const browser = await launchBrowser();
  const pages: Page[] = [];
  for (const { user, path, viewport } of SCREENS) {
    const context = await browser.newContext({
      viewport,
      locale: 'en-US',
      serviceWorkers: 'block',
    });
    await context.addInitScript(installProbe);
    const page = await context.newPage();
    await signInPage(page, plant, user);
    await page.goto(`${plant.url}${path}`);
    pages.push(page);
  }
  await sleep(3_000);

  const sent: number[] = [];
  for (let n = 0; n < alarms + WARM_UP; n++) {
    const seen = await Promise.all(
      pages.map((page) => page.evaluate(() => screenProbe.seen.length)),
    );
    const at = Date.now();
    await reporter.report(picture, at - 2_000);
    if (n >= WARM_UP) sent.push(at);
    // Each screen has it before the next one is sent, so that none is taken for another.
    await Promise.all(
      pages.map((page, p) =>
        page
          .waitForFunction((before) => screenProbe.seen.length > before, seen[p] ?? 0, {
            timeout: ALARM_WITHIN_MS,
            polling: 50,
          })
          .catch(() => {}),
      ),
    );
    await sleep(200);
  }
  const shown = await Promise.all(pages.map((page) => page.evaluate(() => screenProbe.seen)));
  const heard = await pages[0]?.evaluate(() => screenProbe.heard);
  await Promise.all([browser.close(), reporter.end()]);
  await plant.stop();

  const score = scoreAlarms(sent, shown, heard ?? []);
  const figures = {
    alarms: sent.length,
    missed: score.missed,
    alarmP50Ms: quantile(score.delays, 0.5),
    alarmP95Ms: quantile(score.delays, 0.95),
    spreadP50Ms: quantile(score.spreads, 0.5),
    spreadP95Ms: quantile(score.spreads, 0.95),
    heardP50Ms: quantile(score.heard, 0.5),
    heardP95Ms: quantile(score.heard, 0.95),
    ...Object.fromEntries(
      SCREENS.map(({ name }, s) => [`${name}P95Ms`, quantile(score.byScreen[s] ?? [], 0.95)]),
    ),
  };
  const misses = screenMisses(figures, targets);
  for (const text of misses) note(`missed: ${text}`);
  tell({
    bench: 'screens',
    ok: misses.length === 0,
    figures,
    ratio: figures.heardP50Ms > 0 ? figures.alarmP50Ms / figures.heardP50Ms : 0,
    against:
      'the live message of the same alarm at the WebSocket of the wall; limits: p95 of 1 s at the last of the three screens, 300 ms between the first and the last',
  });
});
