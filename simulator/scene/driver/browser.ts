import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { DrawnFrame, Homography, Scenario } from '../types.ts';

/** Software rendering, so that the clips are identical without a graphics card. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--disable-dev-shm-usage',
];

/** A scenario opened in a browser page. */
export interface OpenScene {
  readonly homography: Homography;
  draw(time: number, index: number): Promise<DrawnFrame>;
}

/** Starts Chromium (`CHROMIUM` overrides Debian's). */
export function startBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: FLAGS });
}

/** Bundles the page's script. */
export async function bundlePage(): Promise<string> {
  const entry = fileURLToPath(new URL('../page.ts', import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
  });
  const [script] = outputFiles;
  if (!script) throw new Error('the page has no script');
  return script.text;
}

/** Opens a scenario in a new page. */
export async function openScene(
  browser: Browser,
  script: string,
  scenario: Scenario,
): Promise<{ page: Page; scene: OpenScene }> {
  const { width, height } = scenario;
  const page = await browser.newPage({ viewport: { width, height } });
  page.on('console', (message) => {
    const text = message.text();
    const harmless = /GPU stall|ReadPixels/.test(text);
    if (['error', 'warning'].includes(message.type()) && !harmless) {
      console.error(`[page] ${text.slice(0, 1500)}`);
    }
  });
  page.on('pageerror', (error) => {
    console.error(`[page] ${error.message}`);
  });
  await page.setContent('<body style="margin:0"></body>');
  await page.addScriptTag({ content: script });
  const homography = await page.evaluate((opened) => window.scenePage.open(opened), scenario);
  const draw = (time: number, index: number): Promise<DrawnFrame> =>
    page.evaluate(([t, i]) => window.scenePage.draw(t, i), [time, index] as const);
  return { page, scene: { homography, draw } };
}
