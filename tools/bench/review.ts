import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { Plant } from '../plant/plant.ts';
import { launchBrowser } from '../setup/launch-browser.ts';
import { askedPath } from './asked-path.ts';
import { renderedClips } from './clips.ts';
import { coresUsed } from './plant-cpu.ts';
import { inOwnFolder } from './plant-folder.ts';
import { note, quantile, tell } from './result.ts';
import { bareClips } from './review/bare.ts';
import { type LabelledClip, labelledClips, makeEvidence } from './review/evidence-files.ts';
import { givenLabels } from './review/given-labels.ts';
import { installProbe, type Measured } from './review/in-page.ts';
import { Arrivals, Reporter } from './review/reporter.ts';
import { agreementWithLabels, reviewMisses, scoreDecisions } from './review/review-score.ts';
import { Reviewer } from './review/reviewer.ts';
import { copyCases } from './review/seed.ts';
import { readVerdicts } from './review/verdicts.ts';
import { signInPage } from './sign-in-page.ts';
import { TARGETS, targetOf } from './targets.ts';
import { within } from './within.ts';

/*
 * A reviewer who works through a long queue by keys in the real dashboard, while new rows come by the bus and the API is
 * killed once: API, database and broker as the product runs them, evidence of the size of a camera's.
 */
const root = resolve(import.meta.dirname, '../..');
const BUS_SECRET = 'a secret of the bus for the bench of reviews';
const TEMPLATES = 5;
const NEW_PER_SECOND = 5;
/** The first seconds of a page are not measured. */
const WARM_UP_MS = 8_000;
const BACK_WITHIN_MS = 90_000;
/** Limit for closing a page or a connection, ms. */
const ENDED_WITHIN_MS = 30_000;
/** Four rounds of five clips. */
const BARE_WITHIN_MS = 120_000;

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '120' },
    look: { type: 'string', default: '400' },
    data: { type: 'string' },
    target: { type: 'string' },
    'target-picture': { type: 'string' },
    'target-agreement': { type: 'string' },
  },
});
const [items, seconds, lookMs] = [values.items, values.seconds, values.look].map(Number) as [
  number,
  number,
  number,
];
if (!(items >= 100 && seconds >= 20 && lookMs >= 0)) {
  console.error('--items must be at least 100, --seconds at least 20, --look at least 0');
  process.exit(2);
}
const targets = {
  perMinute: targetOf(values.target, TARGETS.decisionsPerMinute),
  pictureP95Ms: targetOf(values['target-picture'], TARGETS.nextPictureP95Ms),
  agreement: targetOf(values['target-agreement'], TARGETS.labelAgreement),
};

const clips = askedLabels();

function askedLabels(): LabelledClip[] {
  if (values.data === undefined) return labelledClips(renderedClips(root), TEMPLATES);
  try {
    return givenLabels(askedPath(values.data));
  } catch (error) {
    console.error(`--data: ${(error as Error).message}`);
    process.exit(2);
  }
}

await inOwnFolder('review', async (folder, register) => {
  const plant = await Plant.create({
    dataDir: join(folder, 'data'),
    parts: ['database', 'broker', 'api'],
    busSecret: BUS_SECRET,
    env: { all: { ANSHI_LOG_LEVEL: 'warn' } },
  });
  register(plant);
  note('clips and pictures are made, and the parts start');
  const [evidence] = await Promise.all([makeEvidence(clips, folder), plant.start()]);
  note('the findings with clips are recorded');
  const reporter = await Reporter.start(plant, BUS_SECRET);
  const newest = Date.now() - 3_600_000;
  const templates: string[] = [];
  for (const [n, one] of evidence.entries()) {
    for (const file of Object.values(one)) await reporter.put(file);
    templates.push(await reporter.reportWithClip(one, newest + n * 60_000));
  }
  const client = new pg.Client({ connectionString: plant.databaseUrls.admin });
  // Where a run fails the database ends before it: that failure is said, not this one.
  client.on('error', () => {});
  await client.connect();
  await client.query("SELECT set_config('app.tenant', 'demo', false)");
  await copyCases(client, templates, items - templates.length, newest);
  note(`${items} cases are open`);

  const browser = await launchBrowser();
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  await signInPage(page, plant, 'safety');
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await context.addInitScript(installProbe);
  await page.goto(`${plant.url}/incidents`);
  await page.getByTestId('incident-row').first().waitFor();
  const shown = (ms: number) =>
    within(
      ms + ENDED_WITHIN_MS,
      'the page says whether the picture is shown',
      page.evaluate((most) => globalThis.reviewProbe.shown(most), ms),
    );
  if (!(await shown(30_000))) throw new Error('the first record shows no picture');
  const bare = await within(
    BARE_WITHIN_MS,
    'the bare clips are shown',
    bareClips(page, plant, templates),
  );
  note('the reviewer works');

  const arrivals = new Arrivals(reporter, evidence, NEW_PER_SECOND);
  arrivals.start();
  const reviewer = new Reviewer(page, { seed: values.seed, lookMs });
  await sleep(WARM_UP_MS);
  await page.evaluate(() => globalThis.reviewProbe.begin());
  const cpu = coresUsed(plant, ['api', 'database']);
  const working = async (ms: number) => {
    const began = Date.now();
    const paused = reviewer.pausedMs;
    await reviewer.work(began + ms);
    return Date.now() - began - (reviewer.pausedMs - paused);
  };
  let workedMs = await working((seconds * 1000) / 2);
  const used = cpu();
  // A decision is under way when it dies, and others are given while it is away.
  await page.evaluate(() => globalThis.reviewProbe.outage(true));
  const killedAt = Date.now();
  const pressed = reviewer.confirm();
  const killed = plant.kill('api');
  await within(ENDED_WITHIN_MS, 'the API is killed', Promise.all([pressed, killed]));
  await reviewer.workInOutage(4);
  await plant.whenReady('api', BACK_WITHIN_MS);
  await page
    .getByTestId('link-banner')
    .waitFor({ state: 'hidden', timeout: BACK_WITHIN_MS })
    .catch(() => {});
  for (;;) {
    await reviewer.workInOutage(1);
    if (await shown(2_000)) break;
    if (Date.now() - killedAt > 2 * BACK_WITHIN_MS)
      throw new Error(
        `no picture within ${(2 * BACK_WITHIN_MS) / 1000} s after the API was killed`,
      );
  }
  const awayMs = Date.now() - killedAt;
  note(`the API was killed; the next picture came after ${(awayMs / 1000).toFixed(1)} s`);
  await page.evaluate(() => globalThis.reviewProbe.outage(false));
  workedMs += await working((seconds * 1000) / 2);

  const came = await arrivals.end();
  // Pending decisions are awaited; those without an answer are counted and do not abort the run.
  await page
    .waitForFunction(
      () => globalThis.reviewProbe.measured().sent.every(({ status }) => status !== null),
      undefined,
      { timeout: ENDED_WITHIN_MS },
    )
    .catch(() => note(`decisions without an answer after ${ENDED_WITHIN_MS / 1000} s`));
  await sleep(1_000);
  const measured: Measured = await within(
    ENDED_WITHIN_MS,
    'the page says what was measured',
    page.evaluate(() => globalThis.reviewProbe.measured()),
  );
  const record = await readVerdicts(client);
  await within(
    ENDED_WITHIN_MS,
    'browser, bus and database are left',
    Promise.all([browser.close(), reporter.end(), client.end()]),
  );
  await plant.stop();

  const score = scoreDecisions(measured.sent, record.verdicts, measured.refusalsShown);
  const labels = new Map(
    evidence.map(({ snapshot }, n) => [snapshot.sha256, clips[n]?.isViolation ?? false]),
  );
  const agreed = agreementWithLabels(measured.sent, (incident) =>
    labels.get(record.pictures.get(incident) ?? ''),
  );
  const inWork = measured.sent.filter((one) => !one.inOutage && (one.status ?? 0) === 200);
  const back = inWork.filter(({ decision }) => decision === 'reopen').length;
  const decisions = inWork.length - 2 * back;
  const figures = {
    decisionsPerMinute: workedMs > 0 ? (decisions / workedMs) * 60_000 : 0,
    pictureP50Ms: quantile(measured.delays, 0.5),
    pictureP95Ms: quantile(measured.delays, 0.95),
    pictures: measured.delays.length,
    openedP50Ms: quantile(measured.opened, 0.5),
    loadedP50Ms: quantile(measured.loaded, 0.5),
    withoutPicture: reviewer.withoutPicture,
    changedByItself: measured.changedByItself.length,
    layoutShift: measured.shift,
    shiftAfterKeys: measured.shiftAfterKeys,
    shiftInOutage: measured.shiftInOutage,
    rowMoves: measured.rowMoves.length,
    labelled: agreed.pairs,
    labelKappa: agreed.kappa ?? 0,
    labelAgreed: agreed.raw ?? 0,
    decisions,
    takenBack: back,
    taken: score.taken,
    lost: score.lost,
    doubled: score.doubled,
    takenUnanswered: score.takenUnanswered,
    sentInOutage: measured.sent.filter(({ inOutage }) => inOutage).length,
    refusalsShown: measured.refusalsShown,
    awayMs,
    items,
    open: record.open,
    arrived: came.arrived,
    arrivedShare: came.arrived / Math.max(1, came.due),
    reportP50Ms: quantile(came.delays, 0.5),
    reportP95Ms: quantile(came.delays, 0.95),
    bareP50Ms: quantile(bare, 0.5),
    bareP95Ms: quantile(bare, 0.95),
    lookMs,
    ...used,
  };
  for (const text of [...measured.changedByItself, ...measured.shifted, ...score.notes]) note(text);
  const misses = reviewMisses(figures, targets);
  for (const text of misses) note(`missed: ${text}`);
  tell({
    bench: 'review',
    ok: misses.length === 0,
    figures,
    ratio: figures.bareP50Ms > 0 ? figures.pictureP50Ms / figures.bareP50Ms : 0,
    against:
      'a bare fetch and first frame of the same clips in the same page, before the run; limits: 60 decisions a minute, p95 of 150 ms from the key to the next picture, kappa of 1 with the labels of the clips',
  });
});
