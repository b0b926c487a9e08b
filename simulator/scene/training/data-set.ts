import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundlePage, openScene, startBrowser } from '../driver/browser.ts';
import { stillEncoder } from '../driver/encoder.ts';
import { CLASSES, labelLines } from './labels.ts';
import { trainingScenario } from './scenario.ts';

/** Pictures per scenario: building the hall takes longer than rendering a frame. */
const PER_SCENARIO = 6;
/** Seconds between two pictures of a scenario. */
const APART = 3.7;
/** A picture with fewer labels shows mostly a wall. */
const LEAST_LABELS = 6;

/**
 * Renders labelled pictures as a data set named `scene` for the recipe of the models:
 * `scene/train/{images,labels}` and `dataset.json`.
 *
 * @param count minimum number of pictures; scenarios without visible people are skipped.
 * @param seed the first scenario; the same seeds give the same pictures.
 */
export async function renderDataSet(folder: string, count: number, seed: number): Promise<void> {
  const images = join(folder, 'scene', 'train', 'images');
  const labels = join(folder, 'scene', 'train', 'labels');
  await mkdir(images, { recursive: true });
  await mkdir(labels, { recursive: true });
  const script = await bundlePage();
  const browser = await startBrowser();
  let done = 0;
  try {
    for (let next = seed; done < count && next < seed + count; next++) {
      const scenario = trainingScenario(next);
      const { page, scene } = await openScene(browser, script, scenario);
      for (let i = 0; i < PER_SCENARIO && done < count; i++) {
        const time = 1 + i * APART;
        const { rgb, workers } = await scene.draw(time, i * 13);
        const lines = labelLines(workers, scenario.width, scenario.height);
        if (scenario.workers.length > 0 && lines.length < LEAST_LABELS) continue;
        const name = `${scenario.name}-${i}`;
        const encoder = stillEncoder(scenario, join(images, `${name}.jpg`));
        await encoder.write(Buffer.from(rgb, 'base64'));
        await encoder.finish();
        await writeFile(join(labels, `${name}.txt`), lines.map((line) => `${line}\n`).join(''));
        done++;
      }
      await page.close();
      console.log(`${done} of ${count} pictures, scenario ${next}`);
    }
  } finally {
    await browser.close();
  }
  const about = {
    classes: CLASSES,
    labelled: { scene: CLASSES },
    images: { 'scene/train': done },
  };
  await writeFile(join(folder, 'dataset.json'), `${JSON.stringify(about, null, 1)}\n`);
}
