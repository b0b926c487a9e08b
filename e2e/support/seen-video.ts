import type { Page } from 'playwright-core';

/** What a person saw of a live tile, looked at with each frame of the screen. */
export interface SeenVideo {
  /** Frames of the screen that were looked at. */
  looks: number;
  /** Those in which no picture stood in the tile: nothing, or black. */
  black: number;
  /** Width of the pictures in pixels, and since when, ms of the page; a change each. */
  widths: { width: number; at: number }[];
}

/** Begins to look at a tile; `read` says what was seen since. */
export async function watchTile(page: Page, camera: string): Promise<() => Promise<SeenVideo>> {
  await page.evaluate((of) => {
    const seen: SeenVideo = { looks: 0, black: 0, widths: [] };
    (window as unknown as { seenVideo: SeenVideo }).seenVideo = seen;
    const dot = document.createElement('canvas');
    dot.width = dot.height = 8;
    const ctx = dot.getContext('2d', { willReadFrequently: true });
    const look = () => {
      const tile = document.querySelector(`[data-testid=tile][data-camera="${of}"]`);
      const videos = [...(tile?.querySelectorAll('video') ?? [])];
      // The one on top is the last that can be seen.
      const top = videos.findLast(
        (video) => video.videoWidth > 0 && Number(getComputedStyle(video).opacity) > 0.99,
      );
      seen.looks += 1;
      let sum = 0;
      if (top && ctx) {
        ctx.clearRect(0, 0, 8, 8);
        ctx.drawImage(top, 0, 0, 8, 8);
        sum = ctx
          .getImageData(0, 0, 8, 8)
          .data.reduce((all, one, n) => all + (n % 4 < 3 ? one : 0), 0);
      }
      // 192 values: an average of 8 of 255 is black.
      if (sum < 192 * 8) seen.black += 1;
      const width = top?.videoWidth ?? 0;
      if (seen.widths.at(-1)?.width !== width) seen.widths.push({ width, at: performance.now() });
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, camera);
  return () => page.evaluate(() => (window as unknown as { seenVideo: SeenVideo }).seenVideo);
}
