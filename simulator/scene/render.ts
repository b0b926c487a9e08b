/**
 * Renders the clips of the simulated hall.
 *
 *   --only NAME        one clip instead of all
 *   --stills T1,T2     pictures at these seconds into a temporary folder instead of clips
 *   --facts            no rendering: a summary of the clips, computed from their truth
 *   --people           the picture of the manual on how high people are in a picture instead of clips
 *   --training N       N random labelled pictures instead, for the recipe of the models, into the folder --out; --seed S starts with another scenario than 1
 */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundlePage, openScene, startBrowser } from './driver/browser.ts';
import { renderClip, renderStills } from './driver/clip.ts';
import { describeClip } from './driver/facts.ts';
import { drawPlan } from './driver/plan-svg.ts';
import { PLAN_NAME } from './hall/plan.ts';
import { drawPeopleHeights } from './manual/people-heights.ts';
import { scenarios } from './scenarios/index.ts';
import { renderDataSet } from './training/data-set.ts';
import type { ClipTruth, Scenario } from './types.ts';

const CLIPS = fileURLToPath(new URL('../clips', import.meta.url));
const PEOPLE = fileURLToPath(new URL('../../docs/images/people-100-50-25.webp', import.meta.url));

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      stills: { type: 'string' },
      facts: { type: 'boolean', default: false },
      people: { type: 'boolean', default: false },
      training: { type: 'string' },
      out: { type: 'string' },
      seed: { type: 'string', default: '1' },
    },
  });
  if (values.people) {
    await drawPeopleHeights(PEOPLE);
    return;
  }
  if (values.training) {
    if (!values.out) throw new Error('--training needs a folder for the pictures: --out DIR');
    await renderDataSet(values.out, Number(values.training), Number(values.seed));
    return;
  }
  const chosen = scenarios.filter(({ name }) => !values.only || name === values.only);
  if (chosen.length === 0) {
    throw new Error(`no clip ${values.only}; there are ${scenarios.map((s) => s.name).join(', ')}`);
  }
  await writeFile(join(CLIPS, `${PLAN_NAME}.plan.svg`), drawPlan());
  if (!values.facts) await render(chosen, values.stills?.split(',').map(Number));
  if (!values.stills) for (const scenario of chosen) await printFacts(scenario);
}

/** Renders clips, or stills where times are given. */
async function render(chosen: readonly Scenario[], stills?: readonly number[]): Promise<void> {
  const folder = stills ? await mkdtemp(join(tmpdir(), 'anshi-stills-')) : CLIPS;
  const script = await bundlePage();
  const browser = await startBrowser();
  try {
    for (const scenario of chosen) {
      const { page, scene } = await openScene(browser, script, scenario);
      if (stills) await renderStills(scene, scenario, stills, folder);
      else await renderClip(scene, scenario, folder);
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

async function printFacts(scenario: Scenario): Promise<void> {
  const file = join(CLIPS, `${scenario.name}.truth.json`);
  const truth = JSON.parse(await readFile(file, 'utf8')) as ClipTruth;
  console.log(describeClip(scenario, truth));
}

await main();
