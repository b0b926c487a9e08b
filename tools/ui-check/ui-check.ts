import { join, resolve } from 'node:path';
import { inOwnFolder } from '../bench/plant-folder.ts';
import { note, quantile, tell } from '../bench/result.ts';
import { Plant } from '../plant/plant.ts';
import { launchBrowser } from '../setup/launch-browser.ts';
import { readCatalogue } from './catalogue.ts';
import { grouped, resultOf } from './findings.ts';
import { readOptions } from './options.ts';
import { accountsByRole } from './roles.ts';
import { bundleSize } from './speed.ts';
import { nothingWalked, walkOpenPages, walkRole } from './walk.ts';

/*
 * All pages that each role finds, in all widths, themes and languages, in a real browser on the demonstration. Explained
 * in docs/benches.md.
 */
const options = readOptions(process.argv.slice(2));

async function check(url: string, password: string): Promise<void> {
  const catalogue = readCatalogue();
  const accounts = await accountsByRole(url, password, options.roles);
  note(`roles: ${accounts.map(({ role, username }) => `${role} (${username})`).join(', ')}`);
  const browser = await launchBrowser();
  const walked = nothingWalked();
  try {
    if (options.roles === null) await walkOpenPages(browser, url, options, catalogue, walked);
    for (const account of accounts) {
      await walkRole(browser, url, account, options, catalogue, walked);
    }
  } finally {
    await browser.close();
  }
  for (const { what, count } of grouped(walked.findings).slice(0, 40)) note(`${count} × ${what}`);
  const result = resultOf(walked.findings, {
    roles: accounts.length,
    pages: walked.pages.size,
    views: walked.views,
    stateViews: walked.statesOf.size,
    firstContentMs: quantile(walked.firstContents, 0.95),
    routeChangeMs: quantile(walked.changes, 0.95),
    routeChanges: walked.changes.length,
    bundleKb: await bundleSize(url),
  });
  tell(result);
}

if (options.url !== null) {
  await check(options.url, options.password ?? '');
} else {
  await inOwnFolder('ui', async (folder, register) => {
    const plant = await Plant.create({
      dataDir: join(folder, 'data'),
      cameras: resolve(import.meta.dirname, '../../cameras.yaml'),
      parts: ['database', 'broker', 'api'],
    });
    register(plant);
    await plant.start();
    await check(plant.url, plant.demoPassword);
  });
}
