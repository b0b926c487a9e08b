import type { Page } from 'playwright-core';

/**
 * No movement, no caret, no message that comes and goes; what differs from run to run is a flat
 * block: photos, codes to be scanned, and the audit log, where each sign-in is a row.
 */
const STYLES = `
  *, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent !important; }
  [data-sonner-toaster] { display: none !important; }
  svg[shape-rendering=crispEdges] { background: #808080; }
  svg[shape-rendering=crispEdges] > * { visibility: hidden; }
  :has(> [data-testid=audit-lines]) { height: 20rem; overflow: hidden; background: #808080 !important; }
  :has(> [data-testid=audit-lines]) > * { visibility: hidden; }
  img, video, canvas { filter: brightness(0) invert(0.5) !important; }
`;

/** Puts the style sheet of still pictures into each page that is opened later. */
export async function holdStill(page: Page): Promise<void> {
  await page.addInitScript((styles) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    document.adoptedStyleSheets = [sheet];
  }, STYLES);
}

/**
 * The page as it is when its fonts are loaded and nothing is drawn any more: digits and codes are zeros, which
 * have the same width and differ from run to run.
 */
export async function photographStill(page: Page): Promise<Buffer> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.nodeValue ?? '';
      const still = text
        .replace(/\b(?=[A-Z]*\d)[0-9A-Z]{20,}\b/g, (code) => '0'.repeat(code.length))
        .replace(/\d/g, '0');
      if (still !== text) node.nodeValue = still;
    }
    for (let frames = 0; frames < 2; frames += 1) {
      await new Promise((done) => requestAnimationFrame(done));
    }
  });
  return page.screenshot({ type: 'jpeg', quality: 95 });
}

/** The page's height with all that it shows, px: parts that are far below are drawn when they come near. */
export async function wholeHeight(page: Page, width: number, least: number): Promise<number> {
  let height = least;
  for (let looks = 0; looks < 6; looks += 1) {
    const next = await page.evaluate(async () => {
      for (let frames = 0; frames < 3; frames += 1) {
        await new Promise((done) => requestAnimationFrame(done));
      }
      return document.documentElement.scrollHeight;
    });
    if (next <= height) return height;
    height = next;
    await page.setViewportSize({ width, height });
  }
  return height;
}
