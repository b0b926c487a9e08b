import type { Page } from 'playwright-core';

/**
 * Switches off animations, the caret and toasts. What differs from run to run becomes a flat block: photos, QR codes, and
 * the audit log, where each sign-in is a row.
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

/** Adds {@link STYLES} to each page that is opened later. */
export async function holdStill(page: Page): Promise<void> {
  await page.addInitScript((styles) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    document.adoptedStyleSheets = [sheet];
  }, STYLES);
}

/**
 * Takes a screenshot once fonts are loaded. Digits and generated ids differ from run to run, so they are replaced by zeros,
 * which have the same width.
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

/** Height of the whole page, px. Grows the viewport step by step, since parts below it are rendered lazily. */
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
